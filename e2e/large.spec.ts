import { existsSync } from 'node:fs';
import { test } from './fixtures.ts';
import { importAnnounced, importLarge, recordLong } from './support/large.ts';
import { FILM } from './support/watching.ts';

test.beforeEach(() => {
  test.skip(!existsSync(FILM), `no recordings: set SVJ_MEDIA_DIR (${FILM})`);
});

test('D17 a film of 400 MB is taken in at flat memory', async ({ persistent }) => {
  test.setTimeout(600_000);
  await importLarge(persistent.page, 400e6);
});

// Ten minutes are 58 MB: only what keeps more than its bytes is seen here, all else by the two hours of `test:large`.
test('D17 a recording of ten minutes takes no more memory at its end', async ({ persistent }) => {
  test.setTimeout(600_000);
  await recordLong(persistent.page, 10 * 60_000);
});

test('D12 a film that announces 10 GB and holds 1 MB is refused in words', async ({ persistent }) => {
  await importAnnounced(persistent.page);
});
