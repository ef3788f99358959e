/** How much an account may store, as the operator sets it. */
import { ConfigError, valueOf, type Environment } from '#server/config.ts';

const GIB = 2 ** 30;
/** What the sealed format can hold. */
const LARGEST_OBJECT = 64 * GIB;

export interface UploadLimits {
  /** Bytes of one account, open uploads included. */
  readonly quota: number;
  /** Bytes of one object. */
  readonly maxObjectBytes: number;
}

/** @throws {ConfigError} */
export function readUploadLimits(env: Environment): UploadLimits {
  const quota = readBytes(env, 'QUOTA_BYTES', 100 * GIB, Number.MAX_SAFE_INTEGER);
  const maxObjectBytes = readBytes(env, 'MAX_OBJECT_BYTES', Math.min(quota, LARGEST_OBJECT), LARGEST_OBJECT);
  return { quota, maxObjectBytes };
}

function readBytes(env: Environment, variable: string, otherwise: number, most: number): number {
  const text = valueOf(env, variable);
  if (text === undefined) return otherwise;
  const value = /^[1-9]\d{0,15}$/.test(text) ? Number(text) : Number.NaN;
  if (!(value <= most)) throw new ConfigError(variable, `a whole number of bytes from 1 to ${most}`);
  return value;
}
