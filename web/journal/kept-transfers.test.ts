/** What is kept in the database keeps to the port of the uploader. */
import { MemoryRecords } from '#web/store/testing/memory-records.ts';
import { runTransfersSuite } from '#web/sync/testing/transfers-suite.ts';
import { KeptTransfers } from './kept-transfers.ts';

runTransfersSuite('transfers in the database', () => new KeptTransfers(new MemoryRecords()));
