/** German: shell. */
import type { Catalogue } from '../en.ts';

export const shell: Catalogue['shell'] = {};
