import { describe, expect, it } from 'vitest';
import { ProgressGuard } from './progress-guard.ts';

/** A guard whose looks this test makes, and a body that says what it is told to. */
function guarded() {
  let look: () => void = () => undefined;
  let isEnded = false;
  const guard = new ProgressGuard((tick) => {
    look = tick;
    return () => {
      isEnded = true;
    };
  });
  let say: (chunk: Uint8Array) => void = () => undefined;
  async function* source() {
    for (;;) yield await new Promise<Uint8Array>((resolve) => (say = resolve));
  }
  const watched = guard.watch(source())[Symbol.asyncIterator]();
  return {
    guard,
    watched,
    look: () => look(),
    say: (length: number) => say(new Uint8Array(length)),
    isEnded: () => isEnded
  };
}

describe('the guard of a body', () => {
  it('lets a body go on that brings little but enough at every look', async () => {
    const { guard, watched, look, say } = guarded();
    for (let i = 0; i < 100; i++) {
      const next = watched.next();
      await Promise.resolve();
      say(16 * 1024);
      await next;
      look();
    }
    expect(guard.signal.aborted).toBe(false);
  });

  it('ends a body that brings too little at two looks in a row, by a code of its own', async () => {
    const { guard, watched, look, say } = guarded();
    const first = watched.next();
    await Promise.resolve();
    say(100);
    await first;
    void watched.next();
    look();
    expect(guard.signal.aborted).toBe(false);
    look();
    expect(guard.signal.reason).toMatchObject({ code: 'upload/too-slow' });
  });

  it('does not blame a body that nobody reads from', async () => {
    const { guard, watched, look, say } = guarded();
    look();
    look();
    const next = watched.next();
    await Promise.resolve();
    say(1);
    await next;
    // The store is busy with that byte for as long as it likes.
    for (let i = 0; i < 5; i++) look();
    expect(guard.signal.aborted).toBe(false);
  });

  it('stops looking when it is ended', () => {
    const { guard, isEnded } = guarded();
    expect(isEnded()).toBe(false);
    guard.end();
    expect(isEnded()).toBe(true);
  });
});
