import { shell } from './en/shell.ts';
import { onboarding } from './en/onboarding.ts';
import { journal } from './en/journal.ts';
import { record } from './en/record.ts';
import { entry } from './en/entry.ts';
import { settings } from './en/settings.ts';
import { errors } from './en/errors.ts';

/** The English catalogue, which is the shape of every other. Plain strings, or functions where something is filled in. */
export const en = { shell, onboarding, journal, record, entry, settings, errors };

export type Catalogue = typeof en;
