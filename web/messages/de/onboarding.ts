/** German: onboarding. */
import type { Catalogue } from '../en.ts';

export const onboarding: Catalogue['onboarding'] = {};
