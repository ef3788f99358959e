/** German: settings. */
import type { Catalogue } from '../en.ts';

export const settings: Catalogue['settings'] = {};
