/** German: what the screens say. */
import type { Inside } from '../shape.ts';
import { backup } from './backup.ts';
import { entry } from './entry.ts';
import { journal } from './journal.ts';
import { passphrase } from './passphrase.ts';
import { record } from './record.ts';
import { recovery } from './recovery.ts';
import { settings } from './settings.ts';

export const inside: Inside = { passphrase, recovery, journal, record, entry, settings, backup };
