/** German: journal. */
import type { Catalogue } from '../en.ts';

export const journal: Catalogue['journal'] = {};
