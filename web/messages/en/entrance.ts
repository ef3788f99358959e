/** English: what is said before the journal is open, and by the shell at any time. In the first file that is loaded. */
import { errors } from './errors.ts';
import { onboarding } from './onboarding.ts';
import { shell } from './shell.ts';

export const entrance = { shell, onboarding, errors };
