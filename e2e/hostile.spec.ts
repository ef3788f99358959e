/** A relay that lies, in the app itself (attacks A1, A12 to A18, A20): nothing of it is believed, and nothing is lost. */
import {
  anotherBrowser,
  card,
  codeFor,
  journalWithBackup,
  newName,
  plays,
  recordTitled,
  restoreHere,
  signIn,
  toSignIn
} from './backup-steps.ts';
import { test as base, expect } from './fixtures.ts';
import { PASSPHRASE, unlock } from './journal-steps.ts';
import { HostileProxy } from './support/hostile-proxy.ts';

const MEMORY_AT = 4;

const test = base.extend<{ hostile: HostileProxy }>({
  hostile: async ({ relay, guard }, use) => {
    base.setTimeout(300_000);
    const hostile = await HostileProxy.before(relay.origin);
    guard.trust(hostile.origin);
    await use(hostile);
    hostile.close();
  }
});

/** A parameter block that asks for so many KiB. */
function withMemory(kdf: string, kib: number): string {
  const block = Buffer.from(kdf, 'base64');
  block.writeUInt32BE(kib, MEMORY_AT);
  return block.toString('base64');
}

/** Changes one byte in the middle. */
function flipped(body: Buffer): Buffer {
  const changed = Buffer.from(body);
  const middle = Math.floor(body.length / 2);
  changed[middle] = (changed[middle] ?? 0) ^ 1;
  return changed;
}

test('A16 to A18 signing in: weak and absurd parameters, and a journal that is not ours', async ({
  page,
  browser,
  guard,
  hostile
}) => {
  const name = newName();
  const secret = await journalWithBackup(page, name, hostile.origin);
  const { page: other, context } = await anotherBrowser(browser, guard);
  await other.goto(hostile.origin);
  await toSignIn(other);
  for (const kib of [8 * 1024, 2 * 1024 * 1024]) {
    hostile.malice = [
      {
        on: /prelogin/,
        json: (answer: { kdf: string }) => ({ ...answer, kdf: withMemory(answer.kdf, kib) })
      }
    ];
    hostile.asked.length = 0;
    await other.getByRole('textbox', { name: 'Account name' }).fill(name);
    await other.getByRole('textbox', { name: 'Passphrase', exact: true }).fill(PASSPHRASE);
    await other.getByRole('button', { name: 'Sign in' }).click();
    await expect(other.getByRole('alert')).toContainText('were altered', { timeout: 30_000 });
    expect(hostile.asked.filter((asked) => asked.includes('/api/session'))).toEqual([]);
  }

  hostile.malice = [
    {
      on: /GET \/api\/vault$/,
      json: (answer: { slots: { wrap: string }[] }) => ({
        ...answer,
        slots: answer.slots.map((slot) => ({
          ...slot,
          wrap: flipped(Buffer.from(slot.wrap, 'base64')).toString('base64')
        }))
      })
    }
  ];
  await signIn(other, { name, code: codeFor(secret, 1) });
  const restore = other.getByRole('button', { name: 'Restore here' });
  await restore.click({ timeout: 30_000 });
  await expect(other.getByRole('alert')).toContainText('does not open this journal');
  hostile.malice = [{ on: /vault\/heads/, json: () => ({ heads: [], more: false }) }];
  await restore.click();
  await expect(other.getByRole('alert')).toContainText('is not what this passphrase’s journal made');
  hostile.malice = [];
  await restore.click();
  await expect(other.getByRole('heading', { name: 'Journal', exact: true })).toBeVisible({ timeout: 30_000 });
  await context.close();
});

test('A1, A20 what the relay altered is never called verified, and does not play', async ({
  page,
  browser,
  guard,
  hostile
}) => {
  const name = newName();
  const secret = await journalWithBackup(page, name, hostile.origin);
  hostile.malice = [{ on: /GET \/api\/objects/, bytes: flipped }];
  await recordTitled(page, 'Not to be lost');
  await expect
    .poll(() => hostile.asked.filter((asked) => asked.startsWith('DELETE /api/objects')).length)
    .toBeGreaterThan(0);
  await expect(card(page, 'Not to be lost')).toContainText('Only on this device');
  hostile.malice = [];
  await expect(card(page, 'Not to be lost')).toContainText('Verified', { timeout: 60_000 });

  const { page: other, context } = await anotherBrowser(browser, guard);
  await restoreHere(other, name, codeFor(secret, 1), hostile.origin);
  await expect(card(other, 'Not to be lost')).toBeVisible({ timeout: 30_000 });
  hostile.malice = [{ on: /GET \/api\/objects/, bytes: (body) => (body.length > 100_000 ? flipped(body) : body) }];
  await card(other, 'Not to be lost').getByRole('link').click();
  await expect(other.getByText(/altered or damaged/).first()).toBeVisible({ timeout: 30_000 });
  hostile.malice = [];
  await other.reload();
  await unlock(other);
  expect((await plays(other)).duration).toBeGreaterThan(2);
  await context.close();
});

test('A12 to A15 a journal that goes back, lacks something or has something foreign is refused by name', async ({
  page,
  browser,
  guard,
  hostile
}) => {
  const name = newName();
  const secret = await journalWithBackup(page, name, hostile.origin);
  const { page: other, context } = await anotherBrowser(browser, guard);
  await restoreHere(other, name, codeFor(secret, 1), hostile.origin);
  await recordTitled(page, 'Of the first device');
  await expect(card(page, 'Of the first device')).toContainText('Verified', { timeout: 60_000 });

  const lies = [
    ['older state', { on: /vault\/heads/, json: () => ({ heads: [], more: false }) }],
    ['keeps back something', { on: /vault\/buckets/, json: () => ({ buckets: [] }) }],
    ['did not make', { on: /vault\/heads/, json: (answer: { heads: { sealed: string }[] }) => lastFlipped(answer) }]
  ] as const;
  for (const [said, malice] of lies) {
    hostile.malice = [malice];
    await other.reload();
    await unlock(other);
    const alert = other.getByRole('alert').filter({ hasText: 'The backup was refused' });
    await expect(alert).toContainText(said, { timeout: 30_000 });
    await expect(card(other, 'Of the first device')).toHaveCount(0);
  }
  hostile.malice = [];
  await other.reload();
  await unlock(other);
  await expect(card(other, 'Of the first device')).toBeVisible({ timeout: 30_000 });
  await context.close();
});

function lastFlipped({ heads, ...rest }: { heads: { sealed: string }[] }): unknown {
  const last = heads.at(-1);
  return {
    ...rest,
    heads: heads.map((head) =>
      head === last ? { ...head, sealed: flipped(Buffer.from(head.sealed, 'base64')).toString('base64') } : head
    )
  };
}
