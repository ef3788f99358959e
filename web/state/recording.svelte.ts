/**
 * The recording of this tab, if there is one. It outlives its screen and a lock of the journal: `recording.live` says
 * that leaving would end it. Nothing here says "saved" but what the recorder reported as durable.
 */
import { SvjError, toSvjError } from '#shared/errors.ts';
import { isEntryId, type EntryId } from '#shared/ids.ts';
import { PRESETS, recordType, type Interruption, type RecorderState, type SpaceLeft } from '#web/journal/capture.ts';
import { Take, type TakeEnd } from '#web/journal/record.ts';
import { m } from '#web/messages/catalogue.svelte.ts';
import { startRecorder } from '#web/workers/workers.ts';
import { backup } from './backup.svelte.ts';
import { camera } from './camera.svelte.ts';
import { completeEntry } from './complete-entry.ts';
import { Countdown } from './countdown.svelte.ts';
import { Durability, type Safety } from './durability.svelte.ts';
import { entries } from './entries.svelte.ts';
import { isOpen, openVault } from './open-vault.ts';
import { recorder } from './recorder.svelte.ts';
import { RecordingClaim } from './recording-claim.ts';
import { RecordingSpace } from './recording-space.svelte.ts';
import { settings } from './settings.svelte.ts';
import { Stopwatch } from './stopwatch.svelte.ts';
import { toasts } from './toasts.svelte.ts';
import { nameClip } from './unnamed-clip.ts';

export type { Interruption, RecorderState, Safety, SpaceLeft };

const TICK_MS = 250;

class Recording {
  #interruption = $state.raw<Interruption | null>(null);
  #error = $state.raw<SvjError | null>(null);
  #end = $state.raw<TakeEnd | null>(null);
  #entryId = $state<EntryId | null>(null);
  #clips = $state(0);
  #elsewhere = $state(false);
  #endedForSpace = $state(false);
  #switching = $state(false);
  readonly #time = new Stopwatch();
  readonly #durability = new Durability(this.#time);
  readonly #countdown = new Countdown();
  readonly #space = new RecordingSpace();
  readonly #claim = new RecordingClaim();
  #continued = $state<EntryId | null>(null);
  #take: Take | null = null;
  /** Where on the clock the open clip began, ms. */
  #clipFromMs = 0;
  /** While {@link start} waits: for the camera, the countdown, the clip's name. */
  #starting: AbortController | null = null;
  #timer: ReturnType<typeof setInterval> | undefined;

  get state(): RecorderState {
    return recorder.state;
  }

  /** A clip is being written. */
  get live(): boolean {
    return recorder.live;
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

  /** The entry that was there before and gets what is recorded. */
  get continued(): EntryId | null {
    return this.#continued;
  }

  /** Clips recorded into this entry so far, counting the open one. */
  get clips(): number {
    return this.#clips;
  }

  /** Recorded time of the whole entry, ms; after an interruption what of it was saved. */
  get elapsedMs(): number {
    return this.#time.elapsedMs;
  }

  /** Age of what is durable, in whole seconds; null before the first durable byte. */
  get savedSecondsAgo(): number | null {
    return this.#durability.secondsAgo;
  }

  /** Drives the red dot, of the open clip. */
  get safety(): Safety {
    return this.#durability.safety;
  }

  /** One clip is closed and the next one, from the other camera, not yet begun. */
  get switching(): boolean {
    return this.#switching;
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
    if (recorder.state === 'countdown') {
      this.cancel();
      return;
    }
    if (this.#starting !== null) return;
    const starting = new AbortController();
    const { signal } = starting;
    this.#starting = starting;
    try {
      this.#elsewhere = !(await this.#claim.take(signal));
      if (this.#elsewhere) return;
      if (recorder.state === 'saved' || recorder.state === 'failed') {
        if (recorder.state === 'saved') this.#continued = null;
        recorder.become('idle');
        this.#fresh();
      }
      await camera.open();
      signal.throwIfAborted();
      await this.refreshSpace();
      signal.throwIfAborted();
      if (this.space.warning === 'end') throw new SvjError('storage/quota', 'before');
      await this.#countDown(signal);
      await this.#begin(signal);
    } catch (thrown) {
      if (!signal.aborted) this.#fail(thrown);
    } finally {
      if (this.#starting === starting) this.#starting = null;
    }
  }

  /** Ends what only begins, without a trace: nothing may record that nobody looks at. */
  cancel(): void {
    if (this.live || this.#starting === null) return;
    this.#starting.abort();
    this.#starting = null;
    if (recorder.state === 'countdown') recorder.become('idle');
    this.#giveBack();
  }

  pause(): void {
    recorder.become('paused');
    this.#take?.pause();
    this.#time.halt();
  }

  resume(): void {
    if (this.#take === null) {
      recorder.become('stopping');
      void this.#between(() => this.#begin());
      return;
    }
    recorder.become('recording');
    this.#take.resume();
    this.#time.run();
  }

  /** Ends and keeps. Resolves when the entry names the clip, or says in `end` why it cannot yet. */
  async stop(): Promise<void> {
    if (!this.#running) return;
    if (this.#take !== null) {
      this.#stopped(await this.#close(this.#take));
    } else if (this.#end !== null) {
      recorder.become('stopping');
      this.#stopped(this.#end);
    }
  }

  /** A clip is open and nobody ends it yet. */
  get #running(): boolean {
    return recorder.state === 'recording' || recorder.state === 'paused';
  }

  /** An interrupted entry is left as it is: everything up to the interruption is kept. */
  finishInterrupted(): void {
    recorder.become('saved');
    this.#giveBack();
  }

  /** The other camera; while recording this ends the clip and starts the next of the same entry. */
  async switchCamera(): Promise<void> {
    const take = this.#take;
    if (recorder.state === 'countdown' || !isOpen() || (take !== null && !this.#running)) return;
    await this.#between(async () => {
      const wasPaused = recorder.state === 'paused';
      const end = take && (await this.#close(take));
      if (end !== null && (end.outcome !== 'kept' || this.#interruption !== null || !isOpen())) {
        this.#stopped(end);
        return;
      }
      await camera.switch();
      if (end === null) return;
      if (!wasPaused) {
        await this.#begin();
        return;
      }
      // Whoever paused is not filmed again before saying so: the next clip begins with `resume`.
      this.#durability.rest();
      recorder.become('paused');
    });
  }

  /** What is done while one clip is closed and the next not yet begun. Never rejects. */
  async #between(work: () => Promise<void>): Promise<void> {
    this.#switching = true;
    try {
      await work();
    } catch (thrown) {
      this.#fail(thrown);
    } finally {
      this.#switching = false;
    }
  }

  /** Ready for a new entry, or to add a clip to one there is. */
  reset(entryId: string | null = null): void {
    if (this.live) return;
    this.cancel();
    this.#take = null;
    recorder.forget();
    this.#continued = entryId !== null && isEntryId(entryId) ? entryId : null;
    this.#fresh();
    this.#giveBack();
  }

  /** Asks the device how much more fits, at the rate measured so far. */
  async refreshSpace(): Promise<void> {
    await this.#space.ask(this.#durability.saved);
  }

  /** @throws the signal's reason when it comes before anything is recorded */
  async #begin(signal?: AbortSignal): Promise<void> {
    const { videoBitsPerSecond, audioBitsPerSecond } = PRESETS[settings.quality];
    const stream = await camera.open();
    signal?.throwIfAborted();
    await nameClip(this.#end);
    signal?.throwIfAborted();
    const type = await recordType();
    signal?.throwIfAborted();
    this.#end = null;
    this.#interruption = null;
    this.#error = null;
    this.#durability.begin();
    const take = await Take.start({
      ...{ vault: openVault, startRecorder, stream, type, videoBitsPerSecond, audioBitsPerSecond },
      entryId: this.#entryId,
      ...(signal ? { signal } : {}),
      onSealed: (clipId, sealedBytes) => backup.grown(clipId, sealedBytes),
      onSaved: (saved) => {
        // One that was interrupted and left may still be closing.
        if (this.#take === take) this.#durability.report(saved);
      },
      onInterrupted: (reason) => {
        if (this.#take === take) void this.#interrupted(take, reason);
      }
    });
    this.#take = take;
    this.#entryId = take.entryId;
    this.#clips++;
    this.#clipFromMs = this.#time.elapsedMs;
    recorder.become('recording');
    this.#time.run();
    this.#timer ??= setInterval(() => this.#tick(), TICK_MS);
  }

  async #interrupted(take: Take, reason: Interruption): Promise<void> {
    this.#interruption = reason;
    // While stopping, `stop` reports how it ended.
    if (!this.#running) return;
    recorder.become('interrupted');
    this.#time.halt();
    const end = await this.#finish(take, 'interrupted');
    if (this.#end === end) this.#giveBack();
  }

  #close(take: Take): Promise<TakeEnd> {
    recorder.become('stopping');
    this.#time.halt();
    return this.#finish(take, 'stopped');
  }

  #stopped(end: TakeEnd): void {
    // "Saved" must not hide that the last moments found no way to the disk.
    if (end.outcome === 'unfinished' || this.#interruption !== null) {
      this.#endedForSpace = false;
      recorder.become('interrupted');
    } else if (end.outcome === 'empty' && this.#clips === 0) this.#fail(new SvjError('recorder/nothing'));
    else recorder.become('saved');
    this.#giveBack();
  }

  async #finish(take: Take, ended: 'stopped' | 'interrupted'): Promise<TakeEnd> {
    const end = await take.stop(ended);
    if (end.outcome === 'sealed') toasts.show(m.record.locked.done, { durationMs: 12_000 });
    if (end.kept !== null) {
      entries.apply(end.kept.summary);
      void completeEntry(end.kept);
    }
    // Its screen was left while it was closing, and may show another recording by now.
    if (this.#take !== take) return end;
    this.#take = null;
    if (end.outcome === 'empty') {
      this.#clips--;
      if (this.#clips === 0) this.#entryId = this.#continued;
    }
    // An interruption says more than what closing then stumbled over.
    if (end.code !== null && this.#interruption === null) this.#error = new SvjError(end.code);
    // The clock tells how much there is, not how much there might have been.
    if (this.#interruption !== null) this.#time.cut(Math.max(this.#durability.unsavedMs, this.#missingMs(end)));
    this.#end = end;
    return end;
  }

  /** What the clock counted of this clip and the container does not hold: an encoder that was cut off gave no more. */
  #missingMs({ durationMs }: TakeEnd): number {
    return durationMs === 0 ? 0 : Math.max(0, this.#time.elapsedMs - this.#clipFromMs - durationMs);
  }

  /** @throws the signal's reason */
  async #countDown(signal: AbortSignal): Promise<void> {
    if (settings.countdown === 0 || recorder.state === 'interrupted') return;
    recorder.become('countdown');
    await this.#countdown.run(settings.countdown, signal);
    signal.throwIfAborted();
  }

  #tick(): void {
    this.#time.tick();
    if (recorder.state !== 'recording') return;
    if (this.#space.isDue(this.#time.now)) void this.#watchSpace();
  }

  /** Stops by itself while there is still room to close what was recorded. */
  async #watchSpace(): Promise<void> {
    await this.refreshSpace();
    if (this.space.warning !== 'end' || recorder.state !== 'recording') return;
    this.#endedForSpace = true;
    await this.stop();
  }

  #fail(thrown: unknown): void {
    this.#error = toSvjError(thrown);
    // An entry that has clips is not failed: what failed is to add one more, which may be tried again.
    const failed = this.#clips === 0 && recorder.state !== 'interrupted';
    recorder.become(failed ? 'failed' : 'interrupted');
    this.#giveBack();
  }

  #fresh(): void {
    this.#entryId = this.#continued;
    this.#clips = 0;
    this.#time.reset();
    this.#durability.begin();
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

export const recording = new Recording();
