/** German: errors. */
import type { Catalogue } from '../en.ts';

export const errors: Catalogue['errors'] = {};
