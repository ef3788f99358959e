/** A law of a port: passes or throws. Without a test runner, so that it can also run inside a worker. */
import { toSvjError, type ErrorCode } from '#shared/errors.ts';

export type Law<Subject> = (subject: Subject) => Promise<void>;

export class LawBroken extends Error {
  override readonly name = 'LawBroken';
}

export function must(condition: boolean, law: string): asserts condition {
  if (!condition) throw new LawBroken(law);
}

export function mustEqual(actual: unknown, expected: unknown, law: string): void {
  const [a, b] = [show(actual), show(expected)];
  if (a !== b) throw new LawBroken(`${law}: ${a} instead of ${b}`);
}

/** Resolves when `work` fails with this code of the table. */
export async function mustFail(code: ErrorCode, work: () => unknown): Promise<void> {
  try {
    await work();
  } catch (thrown) {
    mustEqual(toSvjError(thrown).code, code, 'error code');
    return;
  }
  throw new LawBroken(`${code} was expected`);
}

function show(value: unknown): string {
  return JSON.stringify(value, (_, part: unknown) => (part instanceof Uint8Array ? `bytes ${part.join(' ')}` : part));
}
