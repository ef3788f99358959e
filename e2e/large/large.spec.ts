import { existsSync } from 'node:fs';
import { test } from '../fixtures.ts';
import { importLarge, recordLong } from '../support/large.ts';
import { FILM } from '../support/watching.ts';

test.beforeEach(() => {
  test.skip(!existsSync(FILM), `no recordings: set SVJ_MEDIA_DIR (${FILM})`);
});

test('D17 a film of 2 GB is taken in at flat memory', async ({ persistent }) => {
  await importLarge(persistent.page, 2e9);
});

test('D17 a recording of two hours takes no more memory at its end', async ({ persistent }) => {
  await recordLong(persistent.page, 120 * 60_000);
});
