import { test } from '../fixtures.ts';
import { killWhileRecording, statistics } from '../support/kills.ts';

const KILLS = Number(process.env['KILLS'] ?? 200);

test(`D1 a browser killed ${String(KILLS)} times while it records loses at most two seconds each time`, async ({
  persistent
}) => {
  test.setTimeout(KILLS * 60_000);
  console.log(statistics(await killWhileRecording(persistent, KILLS)));
});
