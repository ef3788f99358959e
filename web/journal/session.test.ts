import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Bytes } from '#shared/bytes.ts';
import { SvjError } from '#shared/errors.ts';
import { Pace, type StartKdf } from './derive.ts';
import type { Clock, Instant } from './idle-lock.ts';
import { IDLE_LIMIT_MS } from './idle-lock.ts';
import { VaultSession, type VaultClient } from './session.ts';
import { Tabs } from './tabs.ts';

const KDF = new Uint8Array(48);
// 64 MiB, three passes.
KDF.set([0x01, 0x13, 0, 0, 0, 1, 0, 0, 0, 0, 0, 3, 0, 0, 0, 1]);
const [WEAKER, WEAKEST] = [KDF.slice(), KDF.slice()];
const PASSPHRASE = 'tell plug measure turn warrior';

/** Workers by what they answer: `right` is the passphrase that opens. */
class Workers {
  readonly vaults: FakeWorker[] = [];
  readonly kdfs: FakeWorker[] = [];
  kdfTakes: Promise<void> = Promise.resolve();
  /** Blocks for which this device has not the memory. */
  tooLarge: readonly Bytes[] = [];
  readonly derivedWith: Bytes[] = [];
  readonly calibratedFrom: (Bytes | null)[] = [];

  readonly startVault = (): VaultClient => {
    const worker = new FakeWorker((method, input) => {
      if (method === 'inspect')
        return { exists: true, vaultId: null, kdf: KDF, kdfRefused: null, unfinished: 0, shared: 0 };
      if (method === 'changePassphrase') return 'changed';
      if (method === 'unlock') return this.#opens((input as { passphrase: MessagePort }).passphrase);
      return undefined;
    });
    this.vaults.push(worker);
    return worker as unknown as VaultClient;
  };

  readonly startKdf: StartKdf = () => {
    const worker = new FakeWorker(async (method, input) => {
      await this.kdfTakes;
      if (method === 'calibrate') {
        this.calibratedFrom.push((input as { atLeast: Bytes | null }).atLeast);
        return [KDF, WEAKER, WEAKEST].map((kdf) => ({ kdf, expectedMs: 1 }));
      }
      const { passphrase, kdf, to } = input as { passphrase: string; kdf: Bytes; to: MessagePort };
      this.derivedWith.push(kdf);
      if (this.tooLarge.includes(kdf)) throw new SvjError('kdf/memory');
      to.postMessage(passphrase);
      to.close();
      return undefined;
    });
    this.kdfs.push(worker);
    return worker as unknown as ReturnType<StartKdf>;
  };

  #opens(port: MessagePort): Promise<'unlocked' | 'wrong'> {
    return new Promise((resolve) => {
      port.onmessage = ({ data }: MessageEvent<string>) => {
        port.close();
        resolve(data === PASSPHRASE ? 'unlocked' : 'wrong');
      };
    });
  }
}

class FakeWorker {
  ended = false;
  readonly #answer: (method: string, input: unknown) => unknown;
  readonly #pending = new Set<(error: SvjError) => void>();

  constructor(answer: (method: string, input: unknown) => unknown) {
    this.#answer = answer;
  }

  call(method: string, input: unknown): Promise<unknown> {
    return new Promise((resolve, reject) => {
      this.#pending.add(reject);
      void Promise.resolve(this.#answer(method, input)).then(resolve, reject);
    });
  }

  end(code: 'call/aborted' | 'vault/locked' = 'call/aborted'): void {
    this.ended = true;
    for (const reject of this.#pending) reject(new SvjError(code));
  }
}

/** `window` as far as the session listens to it. */
function fakeWindow(): EventTarget & { readonly document: EventTarget } {
  return Object.assign(new EventTarget(), { document: new EventTarget() });
}

function tab(clock: Clock): { session: VaultSession; workers: Workers; tabs: Tabs } {
  const workers = new Workers();
  const tabs = new Tabs();
  const session = new VaultSession({
    startVault: workers.startVault,
    startKdf: workers.startKdf,
    pace: new Pace(),
    tabs,
    clock
  });
  session.open();
  return { session, workers, tabs };
}

describe('VaultSession', () => {
  let now: Instant;
  let page: ReturnType<typeof fakeWindow>;
  const opened: Tabs[] = [];
  const derivation = { signal: new AbortController().signal, progress: () => undefined };
  const clock = { now: () => now };

  function start(): { session: VaultSession; workers: Workers } {
    const made = tab(clock);
    opened.push(made.tabs);
    return made;
  }

  beforeEach(() => {
    now = { wall: 0, mono: 0 };
    page = fakeWindow();
    vi.stubGlobal('window', page);
    vi.stubGlobal('addEventListener', page.addEventListener.bind(page));
  });

  afterEach(() => {
    for (const tabs of opened.splice(0)) tabs.close();
    vi.unstubAllGlobals();
  });

  it('opens with the right passphrase and ends the kdf worker', async () => {
    const { session, workers } = start();
    expect(await session.unlock('wrong', derivation)).toBe('wrong');
    expect(() => session.vault).toThrow(expect.objectContaining({ code: 'vault/locked' }));
    expect(await session.unlock(PASSPHRASE, derivation)).toBe('unlocked');
    expect(session.vault).toBe(workers.vaults.at(-1));
    expect(workers.kdfs.every((kdf) => kdf.ended)).toBe(true);
    session.lock();
  });

  it('takes what needs less memory where the device does not give more', async () => {
    const { session, workers } = start();
    workers.tooLarge = [KDF, WEAKER];
    await session.create(PASSPHRASE, derivation);
    expect(workers.derivedWith).toEqual([KDF, WEAKER, WEAKEST]);
    expect(session.unlocked).toBe(true);
    expect(workers.kdfs.every((kdf) => kdf.ended)).toBe(true);
    session.lock();
  });

  it('says so where it has not the memory for the least', async () => {
    const { session, workers } = start();
    workers.tooLarge = [KDF, WEAKER, WEAKEST];
    await expect(session.create(PASSPHRASE, derivation)).rejects.toMatchObject({ code: 'kdf/memory' });
    expect(workers.derivedWith).toHaveLength(3);
    expect(session.unlocked).toBe(false);
  });

  it('changes the passphrase under parameters no weaker than those in use', async () => {
    const { session, workers } = start();
    await session.unlock(PASSPHRASE, derivation);
    expect(await session.changePassphrase(PASSPHRASE, 'another', derivation)).toBe('changed');
    expect(workers.calibratedFrom).toEqual([KDF]);
    session.lock();
  });

  it('B5: a lock ends the vault worker and rejects what it was doing', async () => {
    const { session, workers } = start();
    await session.unlock(PASSPHRASE, derivation);
    const vault = workers.vaults.at(-1)!;
    const locked = vi.fn();
    session.onLock(locked);
    session.lock();
    expect(vault.ended).toBe(true);
    expect(locked).toHaveBeenCalledOnce();
    expect(() => session.vault).toThrow(expect.objectContaining({ code: 'vault/locked' }));
    expect(await session.unlock(PASSPHRASE, derivation)).toBe('unlocked');
    expect(session.vault).not.toBe(vault);
    session.lock();
  });

  it('B5: all tabs lock together', async () => {
    const [first, second] = [start(), start()];
    await first.session.unlock(PASSPHRASE, derivation);
    await second.session.unlock(PASSPHRASE, derivation);
    first.session.lock();
    await vi.waitFor(() => expect(second.session.unlocked).toBe(false));
    expect(second.workers.vaults.every((vault) => vault.ended)).toBe(true);
  });

  it('what was typed is written before a lock, in every tab', async () => {
    const [first, second] = [start(), start()];
    const flushed: boolean[] = [];
    for (const { session } of [first, second]) {
      await session.unlock(PASSPHRASE, derivation);
      session.onBeforeLock(async () => {
        await session.vault.call('recoveryState', undefined);
        flushed.push(session.unlocked);
      });
    }
    first.session.lock();
    await vi.waitFor(() => expect([first.session.unlocked, second.session.unlocked]).toEqual([false, false]));
    expect(flushed).toEqual([true, true]);
  });

  it('a lock waits for what is typed, but not long, and not for what fails', async () => {
    const { session, workers } = start();
    await session.unlock(PASSPHRASE, derivation);
    session.onBeforeLock(() => new Promise(() => undefined));
    session.onBeforeLock(() => Promise.reject(new SvjError('storage/quota')));
    const asked = performance.now();
    session.lock();
    expect(session.unlocked).toBe(true);
    await vi.waitFor(() => expect(session.unlocked).toBe(false));
    expect(performance.now() - asked).toBeLessThan(1000);
    expect(workers.vaults.every((vault) => vault.ended)).toBe(true);
  });

  it('a journal that was locked and opened again while a lock waited stays open', async () => {
    const { session } = start();
    await session.unlock(PASSPHRASE, derivation);
    session.onBeforeLock(() => new Promise(() => undefined));
    session.lock();
    page.dispatchEvent(Object.assign(new Event('pagehide'), { persisted: true }));
    expect(session.unlocked).toBe(false);
    await session.unlock(PASSPHRASE, derivation);
    await new Promise((resolve) => setTimeout(resolve, 400));
    expect(session.unlocked).toBe(true);
  });

  it('the person in one tab keeps the other open', async () => {
    const [first, second] = [start(), start()];
    await first.session.unlock(PASSPHRASE, derivation);
    const otherPage = fakeWindow();
    vi.stubGlobal('window', otherPage);
    await second.session.unlock(PASSPHRASE, derivation);
    now = { wall: IDLE_LIMIT_MS - 1, mono: IDLE_LIMIT_MS - 1 };
    page.dispatchEvent(new Event('keydown'));
    // Long enough for the message to arrive.
    await new Promise((resolve) => setTimeout(resolve, 50));
    now = { wall: IDLE_LIMIT_MS + 1, mono: IDLE_LIMIT_MS + 1 };
    otherPage.dispatchEvent(new Event('focus'));
    expect(second.session.unlocked).toBe(true);
    second.session.lock();
  });

  it.each(['pagehide', 'pageshow'])('B5: locks when the browser keeps the page aside: %s', async (type) => {
    const { session } = start();
    await session.unlock(PASSPHRASE, derivation);
    page.dispatchEvent(Object.assign(new Event(type), { persisted: false }));
    expect(session.unlocked).toBe(true);
    page.dispatchEvent(Object.assign(new Event(type), { persisted: true }));
    expect(session.unlocked).toBe(false);
  });

  it('B5: locks after idling, but not while a recording is held', async () => {
    const { session } = start();
    await session.unlock(PASSPHRASE, derivation);
    const release = session.keepAwake();
    for (let looks = 1; looks <= 4; looks++) {
      now = { wall: (looks * IDLE_LIMIT_MS) / 2, mono: (looks * IDLE_LIMIT_MS) / 2 };
      page.dispatchEvent(new Event('focus'));
      expect(session.unlocked).toBe(true);
    }
    release();
    release();
    now = { wall: 3 * IDLE_LIMIT_MS, mono: 3 * IDLE_LIMIT_MS };
    page.dispatchEvent(new Event('focus'));
    expect(session.unlocked).toBe(false);
  });

  it('cancels a derivation by ending its worker', async () => {
    const { session, workers } = start();
    workers.kdfTakes = new Promise(() => undefined);
    const controller = new AbortController();
    const unlocking = session.unlock(PASSPHRASE, { ...derivation, signal: controller.signal });
    await vi.waitFor(() => expect(workers.kdfs).toHaveLength(1));
    controller.abort();
    await expect(unlocking).rejects.toMatchObject({ code: 'call/aborted' });
    expect(workers.kdfs[0]?.ended).toBe(true);
    expect(session.unlocked).toBe(false);
  });

  it('locks when the vault worker died', async () => {
    const { session, workers } = start();
    await session.unlock(PASSPHRASE, derivation);
    workers.vaults.at(-1)!.end();
    expect(() => session.vault).toThrow(expect.objectContaining({ code: 'call/worker-died' }));
    expect(session.unlocked).toBe(false);
  });

  it('ignores what is no message of ours', async () => {
    const { session } = start();
    await session.unlock(PASSPHRASE, derivation);
    const stranger = new BroadcastChannel('svj');
    for (const data of [null, 'lock', { type: 'unlock' }, { type: 1 }, []]) stranger.postMessage(data);
    await new Promise((resolve) => setTimeout(resolve, 50));
    stranger.close();
    expect(session.unlocked).toBe(true);
    session.lock();
  });
});
