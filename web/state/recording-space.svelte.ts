/** How much more fits on the device at the rate of the recording, asked from time to time. */
import { measureSpace, PRESETS, type SpaceLeft } from '#web/journal/capture.ts';
import type { Durable } from '#web/workers/contracts.ts';
import { settings } from './settings.svelte.ts';

const ASKED_EVERY_MS = 5000;
/** Before, what was written says little about the rate. */
const MEASURED_AFTER_MS = 5000;
const UNKNOWN: SpaceLeft = { bytes: null, minutes: null, warning: 'none' };

export class RecordingSpace {
  #left = $state.raw<SpaceLeft>(UNKNOWN);
  #askedAt = 0;

  get left(): SpaceLeft {
    return this.#left;
  }

  /** @param now ms */
  isDue(now: number): boolean {
    return now - this.#askedAt >= ASKED_EVERY_MS;
  }

  /** @param durable what is written so far; before the first bytes null */
  async ask(durable: Durable | null): Promise<void> {
    this.#askedAt = Date.now();
    this.#left = await measureSpace(bytesPerSecond(durable));
  }
}

function bytesPerSecond(durable: Durable | null): number {
  const { videoBitsPerSecond, audioBitsPerSecond } = PRESETS[settings.quality];
  const { dataBytes, durationMs } = durable ?? { dataBytes: 0, durationMs: 0 };
  if (durationMs >= MEASURED_AFTER_MS) return (dataBytes * 1000) / durationMs;
  return (videoBitsPerSecond + audioBitsPerSecond) / 8;
}
