/**
 * The one `<video>` as the line of an entry: plays clips one after another within their trims and tells where it is.
 * The element is emptied when it is let go, so that nothing of a clip outlives the screen or the lock.
 */
import { lengthOf, momentOf, placeAt, spansOf, type Place, type PlayerClip, type Span } from './timeline.ts';

export const SPEEDS = [0.5, 0.75, 1, 1.25, 1.5, 1.75, 2] as const;

/** Until frames were seen, as most cameras record. */
const USUAL_FRAME_MS = 1000 / 30;
/** The slowest that is still a picture rate: longer gaps between frames are pauses. */
const LONGEST_FRAME_MS = 250;
/** A player that lost its connection asks again, but not for ever. */
const RETRY_AFTER_MS = 5_000;

export interface VideoEvents {
  readonly clips: () => readonly PlayerClip[];
  /** The browser gave up on a clip: it could not get the bytes, or cannot make pictures of them. */
  readonly onfailed: (clipId: string, reason: 'network' | 'decode') => void;
}

export class VideoControl {
  readonly #events: VideoEvents;
  #video: HTMLVideoElement | null = null;
  #loadedUrl = '';
  /** Where to go once the new source can be sought in; null when it is there. */
  #pendingMs: number | null = null;
  #frameMs = USUAL_FRAME_MS;
  #retriedAt = -Infinity;

  #full = $state(false);
  #index = $state(0);
  #clipMs = $state(0);
  #playing = $state(false);
  #waiting = $state(false);
  #ended = $state(false);
  #speed = $state(1);
  #volume = $state(1);
  #muted = $state(false);
  #inPicture = $state(false);
  readonly #spans = $derived.by((): readonly Span[] => spansOf(this.#events.clips(), this.#full));
  readonly #lengthMs = $derived(lengthOf(this.#spans));
  readonly #atMs = $derived(momentOf(this.#spans, { index: this.#index, clipMs: this.#clipMs }));

  constructor(events: VideoEvents) {
    this.#events = events;
  }

  get spans(): readonly Span[] {
    return this.#spans;
  }

  get lengthMs(): number {
    return this.#lengthMs;
  }

  /** On the entry's line. */
  get atMs(): number {
    return this.#atMs;
  }

  get playing(): boolean {
    return this.#playing;
  }

  /** Playing, but the bytes are not there yet. */
  get waiting(): boolean {
    return this.#waiting;
  }

  get ended(): boolean {
    return this.#ended;
  }

  get speed(): number {
    return this.#speed;
  }

  get volume(): number {
    return this.#volume;
  }

  get muted(): boolean {
    return this.#muted;
  }

  get inPicture(): boolean {
    return this.#inPicture;
  }

  /** Shows what was trimmed away as well. */
  get full(): boolean {
    return this.#full;
  }

  showFull(full: boolean): void {
    const span = this.#spans[this.#index];
    const clipMs = this.#clipMs;
    this.#full = full;
    if (span) this.seek(momentOf(this.#spans, { index: this.#index, clipMs }));
  }

  toggle(): void {
    if (this.#playing) this.pause();
    else this.play();
  }

  play(): void {
    const place = this.#ended ? placeAt(this.#spans, 0) : { index: this.#index, clipMs: this.#clipMs };
    if (place) this.#show(place, true);
  }

  pause(): void {
    this.#playing = false;
    this.#video?.pause();
  }

  /** To a moment of the entry's line. */
  seek(ms: number): void {
    const place = placeAt(this.#spans, ms);
    if (place) this.#show(place, this.#playing);
  }

  skip(ms: number): void {
    this.seek(this.#atMs + ms);
  }

  step(frames: 1 | -1): void {
    this.pause();
    this.seek(this.#atMs + frames * this.#frameMs);
  }

  setSpeed(speed: number): void {
    this.#speed = speed;
    if (this.#video) this.#video.playbackRate = speed;
  }

  nextSpeed(by: 1 | -1): void {
    const at = SPEEDS.findIndex((speed) => speed === this.#speed);
    this.setSpeed(SPEEDS[at + by] ?? this.#speed);
  }

  setVolume(volume: number): void {
    if (!this.#video) return;
    this.#video.volume = Math.min(1, Math.max(0, volume));
    this.#video.muted = this.#video.volume === 0;
  }

  toggleMute(): void {
    if (this.#video) this.#video.muted = !this.#video.muted;
  }

  async togglePicture(): Promise<void> {
    try {
      if (document.pictureInPictureElement) await document.exitPictureInPicture();
      else await this.#video?.requestPictureInPicture();
    } catch {
      // Without a picture yet, or refused by the browser: the video stays where it is.
    }
  }

  /** For `{@attach}`. */
  readonly attach = (video: HTMLVideoElement): (() => void) => {
    this.#video = video;
    const listening = new AbortController();
    const on = (
      type: keyof HTMLMediaElementEventMap | 'enterpictureinpicture' | 'leavepictureinpicture',
      run: () => void
    ) => video.addEventListener(type, run, { signal: listening.signal });
    on('loadedmetadata', () => this.#arrive());
    on('timeupdate', () => this.#tick());
    on('seeked', () => this.#tick());
    on('play', () => (this.#playing = true));
    on('pause', () => this.#paused());
    on('waiting', () => (this.#waiting = this.#playing));
    on('playing', () => (this.#waiting = false));
    on('ended', () => this.#clipEnded());
    on('error', () => this.#failed());
    on('volumechange', () => ([this.#volume, this.#muted] = [video.volume, video.muted]));
    on('enterpictureinpicture', () => (this.#inPicture = true));
    on('leavepictureinpicture', () => (this.#inPicture = false));
    this.#watchFrames(video);
    return () => {
      listening.abort();
      if (document.pictureInPictureElement === video) void document.exitPictureInPicture().catch(() => undefined);
      this.#empty();
      this.#video = null;
    };
  };

  /** Takes up what became of the clips: to be called whenever `spans` may have changed. */
  follow(): void {
    const url = this.#spans[this.#index]?.clip.url ?? '';
    if (this.#video && url !== this.#loadedUrl) this.#show({ index: this.#index, clipMs: this.#clipMs }, this.#playing);
  }

  #show(place: Place, play: boolean): void {
    const video = this.#video;
    const span = this.#spans[place.index];
    if (!video || !span) return;
    const clipMs = Math.min(Math.max(place.clipMs, span.fromMs), span.clip.playableMs ?? span.toMs);
    this.#index = place.index;
    this.#clipMs = clipMs;
    this.#ended = false;
    if (span.clip.playableMs === 0) {
      this.pause();
      this.#empty();
      this.#loadedUrl = span.clip.url;
      return;
    }
    if (span.clip.url !== this.#loadedUrl) {
      this.#loadedUrl = span.clip.url;
      this.#pendingMs = clipMs;
      video.src = span.clip.url;
      video.playbackRate = this.#speed;
    } else if (this.#pendingMs !== null) this.#pendingMs = clipMs;
    else video.currentTime = clipMs / 1000;
    this.#playing = play;
    // Rejected when something else is shown meanwhile; failures of the clip come as `error`.
    if (play) video.play().catch(() => this.#paused());
  }

  /** The duration is known: now it can be sought in. */
  #arrive(): void {
    const video = this.#video;
    if (!video || this.#pendingMs === null) return;
    if (this.#pendingMs > 0) video.currentTime = this.#pendingMs / 1000;
    this.#pendingMs = null;
    video.playbackRate = this.#speed;
    // A browser may refuse to play without a tap.
    if (video.paused) this.#playing = false;
  }

  #tick(): void {
    const video = this.#video;
    const span = this.#spans[this.#index];
    if (!video || !span || this.#pendingMs !== null) return;
    this.#clipMs = video.currentTime * 1000;
    const trimmed = span.toMs < span.clip.durationMs;
    if (this.#playing && trimmed && this.#clipMs >= span.toMs) this.#spanEnded();
  }

  #clipEnded(): void {
    const clip = this.#spans[this.#index]?.clip;
    // What follows a damage is not the next clip; the person chooses where to go on.
    if (clip && clip.playableMs !== null) this.#stop();
    else this.#spanEnded();
  }

  #spanEnded(): void {
    const next = this.#spans[this.#index + 1];
    if (next) this.#show({ index: this.#index + 1, clipMs: next.fromMs }, true);
    else this.#stop();
  }

  #stop(): void {
    this.#ended = true;
    this.pause();
  }

  #paused(): void {
    const video = this.#video;
    // Changing the source, and reaching the end, pause as well.
    if (!video || !video.paused || this.#pendingMs !== null || video.ended) return;
    this.#playing = false;
    this.#waiting = false;
  }

  #failed(): void {
    const video = this.#video;
    const clip = this.#spans[this.#index]?.clip;
    if (!video?.error || !clip) return;
    const decode = video.error.code === MediaError.MEDIA_ERR_DECODE;
    const now = performance.now();
    if (!decode && now - this.#retriedAt > RETRY_AFTER_MS) {
      this.#retriedAt = now;
      this.#loadedUrl = '';
      this.follow();
      return;
    }
    this.pause();
    this.#events.onfailed(clip.id, decode ? 'decode' : 'network');
  }

  #empty(): void {
    const video = this.#video;
    this.#loadedUrl = '';
    this.#pendingMs = null;
    if (!video) return;
    video.pause();
    video.removeAttribute('src');
    video.load();
  }

  /** The distance of frames, for stepping; and a time line that moves with the picture. */
  #watchFrames(video: HTMLVideoElement): void {
    if (!('requestVideoFrameCallback' in video)) return;
    let last: VideoFrameCallbackMetadata | null = null;
    const frame = (_now: number, seen: VideoFrameCallbackMetadata): void => {
      if (this.#video !== video) return;
      const apart =
        last && seen.presentedFrames === last.presentedFrames + 1 ? (seen.mediaTime - last.mediaTime) * 1000 : 0;
      if (apart > 1 && apart < LONGEST_FRAME_MS) this.#frameMs = apart;
      last = seen;
      this.#tick();
      video.requestVideoFrameCallback(frame);
    };
    video.requestVideoFrameCallback(frame);
  }
}
