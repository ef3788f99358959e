/** German: what is said before the journal is open, and by the shell at any time. */
import type { Entrance } from '../shape.ts';
import { errors } from './errors.ts';
import { onboarding } from './onboarding.ts';
import { shell } from './shell.ts';

export const entrance: Entrance = { shell, onboarding, errors };
