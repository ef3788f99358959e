import { flushSync, mount, unmount } from 'svelte';
import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import { parseEntryId } from '#shared/ids.ts';
import { messages } from '#web/messages/catalogue.svelte.ts';
import type { EntrySummary } from '#web/model/summary.ts';
import '#web/ui/base.css';
import Timeline from './Timeline.svelte';

const ENTRIES = 10_000;
const DAY = 86_400_000;

function summary(index: number): EntrySummary {
  return {
    id: parseEntryId(index.toString(16).padStart(32, '0')),
    revision: 1,
    title: index % 5 === 0 ? '' : `Entry ${index}`,
    date: new Date(Date.UTC(2026, 10, 22) - index * (DAY / 3)).toISOString().replace('Z', '+00:00'),
    durationMs: 60_000 + index,
    mood: 'good',
    tags: ['walk', 'family'],
    clips: 1,
    poster: null,
    width: 1280,
    height: 720,
    interrupted: index % 50 === 0,
    recordedWhileLocked: index % 70 === 0,
    damaged: index % 500 === 499
  };
}

let shown: ReturnType<typeof mount> | undefined;

function show(entries: readonly EntrySummary[]): HTMLElement {
  const target = document.createElement('main');
  document.body.replaceChildren(target);
  shown = mount(Timeline, {
    target,
    props: {
      entries,
      poster: () => null,
      backupOf: () => 'local',
      onwanted: () => undefined,
      place: null,
      onleave: () => undefined
    }
  });
  flushSync();
  return target;
}

const frame = (): Promise<number> => new Promise((resolve) => requestAnimationFrame(resolve));
const items = (): HTMLElement[] => [...document.querySelectorAll<HTMLElement>('[role="listitem"]')];

async function until(condition: () => boolean): Promise<void> {
  for (let i = 0; i < 120 && !condition(); i++) await frame();
  expect(condition()).toBe(true);
}

describe('D17: a timeline of 10,000 entries', () => {
  beforeAll(() => messages.complete());

  afterEach(async () => {
    if (shown) await unmount(shown);
    shown = undefined;
  });

  it('is there at once and holds few nodes', async () => {
    const entries = Array.from({ length: ENTRIES }, (_, index) => summary(index));
    show(entries);
    await until(() => items().length > 0);
    expect(items().length).toBeLessThan(60);
    expect(items()[0]?.getAttribute('aria-setsize')).toBe(String(ENTRIES));
    expect(items()[0]?.getAttribute('aria-posinset')).toBe('1');
  });

  it('scrolls to its end and never holds more than a few screens', async () => {
    show(Array.from({ length: ENTRIES }, (_, index) => summary(index)));
    await until(() => items().length > 0);
    // Work per frame is bounded by the nodes that exist; how long a frame takes belongs to a benchmark.
    let most = 0;
    for (let step = 1; step <= 90; step++) {
      window.scrollTo(0, (document.documentElement.scrollHeight * step) / 90);
      await frame();
      most = Math.max(most, items().length);
    }
    await until(() => items().at(-1)?.getAttribute('aria-posinset') === String(ENTRIES));
    expect(most).toBeLessThan(120);
    expect(items().length).toBeLessThan(80);
  });

  it('jumps to a month and says which one it shows', async () => {
    show(Array.from({ length: ENTRIES }, (_, index) => summary(index)));
    await until(() => items().length > 0);
    const select = document.querySelector('select');
    const option = select?.options[24];
    expect(option).toBeDefined();
    if (!select || !option) return;
    select.value = option.value;
    select.dispatchEvent(new Event('change', { bubbles: true }));
    const month = option.text.replace(/ \(.*/, '');
    await until(() => [...document.querySelectorAll('h2')].some((heading) => heading.textContent === month));
    await until(() => select.selectedOptions[0]?.text === option.text);
  });

  it('shows hostile text as text', async () => {
    const hostile = '<img src=x onerror="document.title=1"><script>document.title=2</script>';
    const target = show([{ ...summary(1), title: hostile, tags: [hostile, hostile] }]);
    await until(() => items().length === 1);
    expect(target.querySelector('a')?.textContent).toBe(hostile);
    expect(target.querySelectorAll('script, img[onerror]')).toHaveLength(0);
    expect(document.title).not.toMatch(/^[12]$/);
  });
});
