/** Everything that can be measured, in the order it is measured. */
import type { Item } from '../item.ts';
import { loadItem } from './load.ts';
import { recordItem } from './record.ts';
import { recordsItem } from './records.ts';
import { seekItem } from './seek.ts';
import { streamItems } from './streams.ts';
import { unlockItem } from './unlock.ts';

export const ITEMS: readonly Item[] = [...streamItems, unlockItem, seekItem, recordsItem, loadItem, recordItem];
