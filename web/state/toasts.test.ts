import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { SvjError } from '#shared/errors.ts';
import { toasts } from './toasts.svelte.ts';

const texts = (): string[] => toasts.list.map(({ text }) => text);

describe('toasts', () => {
  beforeEach(() => vi.useFakeTimers());

  afterEach(() => {
    toasts.clear();
    vi.useRealTimers();
  });

  it('go by themselves, those with an action later', () => {
    toasts.show('Saved.');
    toasts.show('Deleted.', { action: { label: 'Undo', run: () => undefined } });
    vi.advanceTimersByTime(5_000);
    expect(texts()).toEqual(['Deleted.']);
    vi.advanceTimersByTime(5_000);
    expect(texts()).toEqual([]);
  });

  it('stay while they are held', () => {
    toasts.show('Deleted.');
    toasts.hold();
    vi.advanceTimersByTime(60_000);
    expect(texts()).toEqual(['Deleted.']);
    toasts.release();
    vi.advanceTimersByTime(5_000);
    expect(texts()).toEqual([]);
  });

  it('time runs again after one was dismissed by the pointer that held it', () => {
    toasts.hold();
    toasts.dismiss(toasts.show('Gone.'));
    toasts.show('Next.');
    vi.advanceTimersByTime(5_000);
    expect(texts()).toEqual([]);
  });

  it('make room for the newest', () => {
    for (const text of ['1', '2', '3', '4', '5']) toasts.show(text);
    expect(texts()).toEqual(['2', '3', '4', '5']);
  });

  it('say a failure once, with its code and without its details', () => {
    toasts.failure(new SvjError('storage/quota', 'a title'));
    toasts.failure(new SvjError('storage/quota'));
    expect(toasts.list).toHaveLength(1);
    expect(toasts.list[0]).toMatchObject({ tone: 'danger', code: 'storage/quota' });
    expect(texts()[0]).not.toContain('a title');
  });

  it.each(['call/aborted', 'vault/locked'] as const)('do not call %s a failure', (code) => {
    toasts.failure(new SvjError(code));
    expect(toasts.list).toEqual([]);
  });

  it('never show the message of something unforeseen', () => {
    toasts.failure(new TypeError('cannot read "my secret title"'));
    expect(toasts.list[0]?.code).toBe('internal');
    expect(texts()[0]).not.toContain('secret');
  });
});
