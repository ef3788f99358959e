/** What a failure of the database means to whoever asked: another try later, no space, or something nobody foresaw. */
import type { ErrorCode } from '#shared/errors.ts';

/** Classes of SQLSTATE: connections, resources, operator's intervention; then deadlock, serialization and lock timeout. */
const BUSY_STATES = /^(?:08...|53[^1]..|57P0.|57014|40001|40P01|55P03)$/;
const FULL_STATE = '53100';
const BROKEN = ['ECONNREFUSED', 'ECONNRESET', 'ETIMEDOUT', 'EPIPE', 'ENOTFOUND', 'EAI_AGAIN', 'EHOSTUNREACH'];
/** What the library says without a code: no connection of the pool became free, or one broke or fell silent. */
const BROKEN_WORDS =
  /^(?:timeout exceeded when trying to connect|timeout expired|Connection terminated|Query read timeout)/;
/** Of SQLite: BUSY, LOCKED and FULL. */
const [BUSY, LOCKED, FULL] = [5, 6, 13] as const;

/** Null for what is no failure of the database, or one that another try would meet again. */
export function codeOfFailure(thrown: unknown): ErrorCode | null {
  if (!(thrown instanceof Error)) return null;
  const { code, errcode } = thrown as { code?: unknown; errcode?: unknown };
  if (code === 'ERR_SQLITE_ERROR' && typeof errcode === 'number') {
    // The low byte says what it is, the rest why.
    const kind = errcode & 0xff;
    if (kind === FULL) return 'store/full';
    return kind === BUSY || kind === LOCKED ? 'relay/busy' : null;
  }
  if (code === FULL_STATE) return 'store/full';
  const isBusy = typeof code === 'string' && (BUSY_STATES.test(code) || BROKEN.includes(code));
  return isBusy || BROKEN_WORDS.test(thrown.message) ? 'relay/busy' : null;
}
