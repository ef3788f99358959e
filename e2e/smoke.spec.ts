import { readdir } from 'node:fs/promises';
import { expect, grantPersistentStorage, test } from './fixtures.ts';

test('the app starts, isolated and without a violation', async ({ page }) => {
  const response = await page.goto('/');
  expect(response?.status()).toBe(200);
  await expect(page.getByRole('heading', { name: 'Secure Video Journal' })).toBeVisible();
  expect(await page.evaluate(() => crossOriginIsolated)).toBe(true);
  expect(await page.evaluate(() => isSecureContext)).toBe(true);
});

test('the document carries every header', async ({ request }) => {
  const headers = (await request.get('/', { headers: { Accept: 'text/html' } })).headers();
  expect(headers).toMatchObject({
    'cross-origin-opener-policy': 'same-origin',
    'cross-origin-embedder-policy': 'require-corp',
    'cross-origin-resource-policy': 'same-origin',
    'x-content-type-options': 'nosniff',
    'referrer-policy': 'no-referrer',
    'origin-agent-cluster': '?1',
    'cache-control': 'no-cache'
  });
  const policy = headers['content-security-policy'] ?? '';
  for (const part of [
    "default-src 'none'",
    "require-trusted-types-for 'script'",
    "frame-ancestors 'none'",
    "'sha256-"
  ]) {
    expect(policy).toContain(part);
  }
  expect(policy).not.toContain("'unsafe-inline'");
  expect(policy).not.toContain("'unsafe-eval'");
});

test('every worker script of the build is cut off from the network', async ({ request }) => {
  const files = await readdir('build/_app/immutable/workers', { recursive: true }).catch(() => []);
  const scripts = files.filter((file) => file.endsWith('.js'));
  test.skip(scripts.length === 0, 'the build has no workers yet');
  for (const script of scripts) {
    const headers = (await request.get(`/_app/immutable/workers/${script}`)).headers();
    expect(headers['content-security-policy'], script).toContain("connect-src 'none'");
    expect(headers['cross-origin-embedder-policy'], script).toBe('require-corp');
  }
});

test('the page can neither run strings nor talk to strangers', async ({ page, guard }) => {
  guard.expected(/foreign request|blocked:/);
  await page.goto('/');
  const outcome = await page.evaluate(async () => {
    // What a debugger evaluates may run strings; what comes after a timer is the page again.
    await new Promise((resolve) => setTimeout(resolve));
    const attempt = async (deed: () => unknown) => {
      try {
        await deed();
        return 'done';
      } catch {
        return 'refused';
      }
    };
    return {
      markup: await attempt(() => (document.createElement('div').innerHTML = '<b>x</b>')),
      code: await attempt(() => Reflect.construct(Function, ['return 1'])),
      worker: await attempt(() => new Worker('/service-worker.js')),
      stranger: await attempt(() => fetch('https://example.com/'))
    };
  });
  expect(outcome).toEqual({ markup: 'refused', code: 'refused', worker: 'refused', stranger: 'refused' });
});

test('the guard notices what it is there for', async ({ page, guard }) => {
  guard.expected(/./);
  await page.goto('/');
  await page.evaluate(() => fetch('https://example.com/').catch(() => undefined));
  await page.evaluate(() => {
    setTimeout(() => {
      throw new Error('nobody caught this');
    });
  });
  await expect
    .poll(() => guard.seen)
    .toEqual(
      expect.arrayContaining([
        expect.stringMatching(/^blocked: .*connect-src/),
        expect.stringMatching(/^uncaught: .*nobody caught this/)
      ])
    );
});

test('camera and microphone deliver', async ({ page }) => {
  await page.goto('/');
  const tracks = await page.evaluate(async () => {
    const stream = await navigator.mediaDevices.getUserMedia({ video: true, audio: true });
    const settings = stream.getVideoTracks()[0]?.getSettings();
    const kinds = stream.getTracks().map((track) => track.kind);
    for (const track of stream.getTracks()) track.stop();
    return { kinds: kinds.sort(), width: settings?.width ?? 0 };
  });
  expect(tracks.kinds).toEqual(['audio', 'video']);
  expect(tracks.width).toBeGreaterThanOrEqual(320);
});

test('what a killed browser had flushed is there when it starts again', async ({ persistent }) => {
  await persistent.page.goto('/');
  await persistent.page.evaluate(async () => {
    const file = await (await navigator.storage.getDirectory()).getFileHandle('smoke', { create: true });
    const writable = await file.createWritable();
    await writable.write('still here');
    await writable.close();
  });
  await persistent.kill();
  const page = await persistent.relaunch();
  await page.goto('/');
  const text = await page.evaluate(async () => {
    const file = await (await navigator.storage.getDirectory()).getFileHandle('smoke');
    return (await file.getFile()).text();
  });
  expect(text).toBe('still here');
});

test('storage can be made persistent for a test', async ({ page, origin }) => {
  await page.goto('/');
  await grantPersistentStorage(page, origin);
  expect(await page.evaluate(() => navigator.storage.persist())).toBe(true);
});

test('a relay that was killed comes back on its address', async ({ relay, request }) => {
  expect((await request.get(`${relay.origin}/readyz`)).status()).toBe(200);
  await relay.kill();
  await expect(request.get(`${relay.origin}/readyz`)).rejects.toThrow();
  await relay.restart();
  expect((await request.get(`${relay.origin}/readyz`)).status()).toBe(200);
});
