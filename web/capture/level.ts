/** How loud the microphone is: what a meter shows, and whether a voice would be heard later. */
export interface Level {
  /** 0 silent … 1 full scale, on a scale that follows the ear. */
  readonly value: number;
  readonly clipping: boolean;
  /** Nothing above a whisper for some seconds. */
  readonly tooQuiet: boolean;
}

/** −60 dB is the meter's left end; speech at arm's length is about −30 to −20 dB. */
const FLOOR_DB = -60;
const QUIET_DB = -46;
const QUIET_MS = 4000;
const CLIP = 0.985;
const CLIP_HOLD_MS = 1200;

/** Turns samples into levels; pure but for the times it is told. */
export class LevelGauge {
  #loudAt: number;
  #clippedAt = Number.NEGATIVE_INFINITY;

  constructor(now: number) {
    this.#loudAt = now;
  }

  /** @param samples −1 … 1 @param now ms */
  measure(samples: Float32Array, now: number): Level {
    let sum = 0;
    let peak = 0;
    for (const sample of samples) {
      sum += sample * sample;
      peak = Math.max(peak, Math.abs(sample));
    }
    const rms = Math.sqrt(sum / Math.max(1, samples.length));
    const decibels = rms > 0 ? 20 * Math.log10(rms) : Number.NEGATIVE_INFINITY;
    if (decibels > QUIET_DB) this.#loudAt = now;
    if (peak >= CLIP) this.#clippedAt = now;
    return {
      value: Math.min(1, Math.max(0, 1 - decibels / FLOOR_DB)),
      clipping: now - this.#clippedAt < CLIP_HOLD_MS,
      tooQuiet: now - this.#loudAt >= QUIET_MS
    };
  }
}

const SILENT: Level = { value: 0, clipping: false, tooQuiet: false };

/** Reads the microphone of `stream` and calls back about 15 times a second, until `stop`. */
export function watchLevel(stream: MediaStream, onLevel: (level: Level) => void): { stop(): void } {
  if (stream.getAudioTracks().length === 0) {
    onLevel({ ...SILENT, tooQuiet: true });
    return { stop: () => undefined };
  }
  const context = new AudioContext();
  const source = context.createMediaStreamSource(stream);
  const analyser = context.createAnalyser();
  analyser.fftSize = 2048;
  source.connect(analyser);
  const samples = new Float32Array(analyser.fftSize);
  let gauge = new LevelGauge(performance.now());
  const timer = setInterval(() => {
    // Suspended until the page was touched: no samples, and so nothing to say about them.
    if (context.state !== 'running') {
      gauge = new LevelGauge(performance.now());
      void context.resume();
      return;
    }
    analyser.getFloatTimeDomainData(samples);
    onLevel(gauge.measure(samples, performance.now()));
  }, 66);
  return {
    stop: () => {
      clearInterval(timer);
      source.disconnect();
      void context.close();
    }
  };
}
