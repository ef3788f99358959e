/** The twin that the tests of this folder use keeps to the port. */
import { MemoryTransfers } from './testing/memory-transfers.ts';
import { runTransfersSuite } from './testing/transfers-suite.ts';

runTransfersSuite('transfers in memory', () => new MemoryTransfers());
