/** Where object files lie, and what the browser's failures there mean. */
import { SvjError, toSvjError } from '#shared/errors.ts';

export const FOLDER = 'svj-objects';

export function errorName(thrown: unknown): string {
  return typeof thrown === 'object' && thrown !== null && 'name' in thrown ? String(thrown.name) : '';
}

export function storageError(thrown: unknown): SvjError {
  const name = errorName(thrown);
  if (name === 'NoModificationAllowedError') return new SvjError('object/busy', undefined, thrown);
  if (name === 'SecurityError' || name === 'NotAllowedError') return new SvjError('storage/unavailable', name, thrown);
  // Chromium reports a full disk from a sync handle as an InvalidStateError or a plain Error in places.
  return toSvjError(thrown);
}
