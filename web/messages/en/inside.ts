/** English: what the screens say. Loaded when the first one stands. */
import { backup } from './backup.ts';
import { entry } from './entry.ts';
import { journal } from './journal.ts';
import { passphrase } from './passphrase.ts';
import { record } from './record.ts';
import { recovery } from './recovery.ts';
import { settings } from './settings.ts';

export const inside = { passphrase, recovery, journal, record, entry, settings, backup };
