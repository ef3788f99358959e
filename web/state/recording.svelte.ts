/**
 * The recording of this tab, if there is one. It outlives its screen and a lock of the journal: `recording.live` says
 * that leaving would end it. Nothing here says "saved" but what the recorder reported as durable.
 */
import { SvjError, toSvjError } from '#shared/errors.ts';
import { parseEntryId, type EntryId } from '#shared/ids.ts';
import {
  isLive,
  nextState,
  PRESETS,
  recordType,
  type Interruption,
  type RecorderState,
  type SpaceLeft
} from '#web/journal/capture.ts';
import { Take, type TakeEnd, type Vault } from '#web/journal/record.ts';
import { m } from '#web/messages/catalogue.svelte.ts';
import type { Durable } from '#web/workers/contracts.ts';
import { startRecorder } from '#web/workers/workers.ts';
import { camera } from './camera.svelte.ts';
import { completeEntry } from './complete-entry.ts';
import { Countdown } from './countdown.svelte.ts';
import { entries } from './entries.svelte.ts';
import { RecordingClaim } from './recording-claim.ts';
import { RecordingSpace } from './recording-space.svelte.ts';
import { session } from './session.svelte.ts';
import { settings } from './settings.svelte.ts';
import { Stopwatch } from './stopwatch.svelte.ts';
import { toasts } from './toasts.svelte.ts';

export type { Interruption, RecorderState, SpaceLeft };

/** Without durable bytes for this long the dot no longer says that anything is saved. */
const STALLED_MS = 3000;
const TICK_MS = 250;

class Recording {
  #state = $state<RecorderState>('idle');
  #interruption = $state.raw<Interruption | null>(null);
  #error = $state.raw<SvjError | null>(null);
  #durable = $state.raw<Durable | null>(null);
  #end = $state.raw<TakeEnd | null>(null);
  #entryId = $state<EntryId | null>(null);
  #clips = $state(0);
  #elsewhere = $state(false);
  #endedForSpace = $state(false);
  readonly #time = new Stopwatch();
  readonly #countdown = new Countdown();
  readonly #space = new RecordingSpace();
  readonly #claim = new RecordingClaim();
  /** The entry that was there before and gets one more clip. */
  #continued: EntryId | null = null;
  #take: Take | null = null;
  #timer: ReturnType<typeof setInterval> | undefined;

  get state(): RecorderState {
    return this.#state;
  }

  /** A clip is being written. */
  get live(): boolean {
    return isLive(this.#state);
  }

  get interruption(): Interruption | null {
    return this.#interruption;
  }

  /** What failed; `failed`, or what an interrupted clip could not be closed for. */
  get error(): SvjError | null {
    return this.#error;
  }

  /** How the last clip ended; null while one is open. */
  get end(): TakeEnd | null {
    return this.#end;
  }

  /** The entry that is recorded, once it has a name. */
  get entryId(): EntryId | null {
    return this.#entryId;
  }

  /** Clips recorded into this entry so far, counting the open one. */
  get clips(): number {
    return this.#clips;
  }

  /** Recorded time of the whole entry, ms. */
  get elapsedMs(): number {
    return this.#time.elapsedMs;
  }

  /** Age of what is durable, in whole seconds; null before the first durable byte. */
  get savedSecondsAgo(): number | null {
    return this.#durable === null ? null : Math.max(0, Math.floor((this.#time.now - this.#durable.at) / 1000));
  }

  /** Drives the red dot: durable bytes keep arriving. */
  get saving(): boolean {
    const { now, since } = this.#time;
    if (this.#state !== 'recording' || since === null) return false;
    return now - Math.max(this.#durable?.at ?? 0, since) < STALLED_MS;
  }

  /** Seconds until it starts; 0 outside a countdown. */
  get countdown(): number {
    return this.#countdown.seconds;
  }

  get space(): SpaceLeft {
    return this.#space.left;
  }

  /** Another tab of this browser records. */
  get elsewhere(): boolean {
    return this.#elsewhere;
  }

  /** It was stopped because less than a minute fitted on the device. */
  get endedForSpace(): boolean {
    return this.#endedForSpace;
  }

  /** Counts down and records; in an interrupted entry it adds the next clip. */
  async start(): Promise<void> {
    if (this.#state === 'countdown') {
      this.#countdown.cancel();
      return;
    }
    this.#elsewhere = !(await this.#claim.take());
    if (this.#elsewhere) return;
    try {
      await camera.open();
      await this.refreshSpace();
      if (this.space.warning === 'end') throw new SvjError('storage/quota', 'before');
      if (this.#state === 'saved' || this.#state === 'failed') {
        if (this.#state === 'saved') this.#continued = null;
        this.#state = nextState(this.#state, 'idle');
        this.#fresh();
      }
      if (await this.#countedDown()) await this.#begin();
      else this.#giveBack();
    } catch (thrown) {
      this.#fail(thrown);
    }
  }

  pause(): void {
    this.#state = nextState(this.#state, 'paused');
    this.#take?.pause();
    this.#time.halt();
  }

  resume(): void {
    this.#state = nextState(this.#state, 'recording');
    this.#take?.resume();
    this.#time.run();
  }

  /** Ends and keeps. Resolves when the entry names the clip, or says in `end` why it cannot yet. */
  async stop(): Promise<void> {
    if (this.#take !== null && this.#running) this.#stopped(await this.#close(this.#take));
  }

  /** A clip is open and nobody ends it yet. */
  get #running(): boolean {
    return this.#state === 'recording' || this.#state === 'paused';
  }

  /** An interrupted entry is left as it is: everything up to the interruption is kept. */
  finishInterrupted(): void {
    this.#state = nextState(this.#state, 'saved');
    this.#giveBack();
  }

  /** The other camera; while recording this ends the clip and starts the next of the same entry. */
  async switchCamera(): Promise<void> {
    if (this.#state === 'countdown' || !isUnlocked()) return;
    try {
      if (this.#take !== null) {
        if (!this.#running) return;
        const end = await this.#close(this.#take);
        if (end.outcome !== 'kept' || !isUnlocked()) {
          this.#stopped(end);
          return;
        }
        await camera.switch();
        await this.#begin();
      } else {
        await camera.switch();
      }
    } catch (thrown) {
      this.#fail(thrown);
    }
  }

  /** Ready for a new entry, or to add a clip to one there is. */
  reset(entryId: string | null = null): void {
    if (this.live) return;
    this.#countdown.cancel();
    this.#state = 'idle';
    this.#continued = entryId !== null && isEntryId(entryId) ? entryId : null;
    this.#fresh();
    this.#giveBack();
  }

  /** Asks the device how much more fits, at the rate measured so far. */
  async refreshSpace(): Promise<void> {
    await this.#space.ask(this.#durable);
  }

  async #begin(): Promise<void> {
    const preset = PRESETS[settings.quality];
    const stream = await camera.open();
    await this.#settle();
    this.#durable = null;
    this.#end = null;
    this.#interruption = null;
    this.#error = null;
    const take = await Take.start({
      vault: currentVault,
      startRecorder,
      stream,
      type: await recordType(),
      videoBitsPerSecond: preset.videoBitsPerSecond,
      audioBitsPerSecond: preset.audioBitsPerSecond,
      entryId: this.#entryId,
      onSaved: (durable) => {
        this.#durable = durable;
        this.#time.tick();
      },
      onInterrupted: (reason) => void this.#interrupted(reason)
    });
    this.#take = take;
    this.#entryId = take.entryId;
    this.#clips++;
    this.#state = nextState(this.#state, 'recording');
    this.#time.run();
    this.#timer ??= setInterval(() => this.#tick(), TICK_MS);
  }

  /** A clip that could not be named yet, because the journal was locked or full, comes before the next one. */
  async #settle(): Promise<void> {
    if (this.#end === null || (this.#end.outcome !== 'sealed' && this.#end.outcome !== 'unfinished')) return;
    const { entryId, clipId } = this.#end;
    try {
      entries.apply((await session.vault.call('keep', { entryId, clipId })).summary);
    } catch (thrown) {
      // Kept meanwhile, by the journal's own look at unfinished recordings.
      if (toSvjError(thrown).code !== 'object/absent') throw thrown;
    }
  }

  async #interrupted(reason: Interruption): Promise<void> {
    this.#interruption = reason;
    const take = this.#take;
    // While stopping, `stop` reports how it ended.
    if (take === null || (this.#state !== 'recording' && this.#state !== 'paused')) return;
    this.#state = nextState(this.#state, 'interrupted');
    this.#time.halt();
    await this.#finish(take, 'interrupted');
    this.#giveBack();
  }

  #close(take: Take): Promise<TakeEnd> {
    this.#state = nextState(this.#state, 'stopping');
    this.#time.halt();
    return this.#finish(take, 'stopped');
  }

  #stopped(end: TakeEnd): void {
    if (end.outcome === 'unfinished') this.#state = nextState(this.#state, 'interrupted');
    else if (end.outcome === 'empty' && this.#clips === 0) this.#fail(new SvjError('recorder/nothing'));
    else this.#state = nextState(this.#state, 'saved');
    this.#giveBack();
  }

  async #finish(take: Take, ended: 'stopped' | 'interrupted'): Promise<TakeEnd> {
    const end = await take.stop(ended);
    this.#take = null;
    if (end.outcome === 'empty') {
      this.#clips--;
      if (this.#clips === 0) this.#entryId = this.#continued;
    }
    // An interruption says more than what closing then stumbled over.
    if (end.code !== null && this.#interruption === null) this.#error = new SvjError(end.code);
    this.#end = end;
    if (end.outcome === 'sealed') toasts.show(m.record.locked.done, { durationMs: 12_000 });
    if (end.kept !== null) {
      entries.apply(end.kept.summary);
      void completeEntry(end.kept);
    }
    return end;
  }

  /** @returns false when it was cancelled */
  async #countedDown(): Promise<boolean> {
    if (settings.countdown === 0 || this.#state === 'interrupted') return true;
    this.#state = nextState(this.#state, 'countdown');
    const done = await this.#countdown.run(settings.countdown);
    if (!done && this.state === 'countdown') this.#state = nextState(this.#state, 'idle');
    return done;
  }

  #tick(): void {
    this.#time.tick();
    if (this.#state !== 'recording') return;
    if (this.#space.isDue(this.#time.now)) void this.#watchSpace();
  }

  /** Stops by itself while there is still room to close what was recorded. */
  async #watchSpace(): Promise<void> {
    await this.refreshSpace();
    if (this.space.warning !== 'end' || this.#state !== 'recording') return;
    this.#endedForSpace = true;
    await this.stop();
  }

  #fail(thrown: unknown): void {
    this.#error = toSvjError(thrown);
    // An entry that has clips is not failed: what failed is to add one more, which may be tried again.
    this.#state = nextState(this.#state, this.#clips === 0 ? 'failed' : 'interrupted');
    this.#giveBack();
  }

  #fresh(): void {
    this.#entryId = this.#continued;
    this.#clips = 0;
    this.#time.reset();
    this.#durable = null;
    this.#end = null;
    this.#interruption = null;
    this.#error = null;
    this.#endedForSpace = false;
  }

  #giveBack(): void {
    clearInterval(this.#timer);
    this.#timer = undefined;
    this.#claim.giveBack();
  }
}

function isEntryId(text: string): text is EntryId {
  try {
    parseEntryId(text);
    return true;
  } catch {
    return false;
  }
}

function currentVault(): Vault | null {
  try {
    return session.vault;
  } catch {
    return null;
  }
}

export const recording = new Recording();

/** Asked anew each time: a lock may fall between two steps. */
function isUnlocked(): boolean {
  return session.status === 'unlocked';
}
