import { shell } from './de/shell.ts';
import { onboarding } from './de/onboarding.ts';
import { journal } from './de/journal.ts';
import { record } from './de/record.ts';
import { entry } from './de/entry.ts';
import { settings } from './de/settings.ts';
import { errors } from './de/errors.ts';

import type { Catalogue } from './en.ts';

export const de: Catalogue = { shell, onboarding, journal, record, entry, settings, errors };
