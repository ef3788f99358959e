/** German: entry. */
import type { Catalogue } from '../en.ts';

export const entry: Catalogue['entry'] = {};
