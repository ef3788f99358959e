import { test } from './fixtures.ts';
import { killWhileRecording, statistics } from './support/kills.ts';

test('D1 a browser killed 20 times while it records loses at most two seconds each time', async ({ persistent }) => {
  test.setTimeout(20 * 60_000);
  console.log(statistics(await killWhileRecording(persistent, 20)));
});
