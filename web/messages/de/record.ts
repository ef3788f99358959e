/** German: record. */
import type { Catalogue } from '../en.ts';

export const record: Catalogue['record'] = {};
