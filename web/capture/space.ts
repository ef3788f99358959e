/** How much longer the device can hold what is being recorded. */
export interface SpaceLeft {
  /** Bytes that this origin may still store; null where the browser does not tell. */
  readonly bytes: number | null;
  /** Minutes at the current rate; null when unknown. */
  readonly minutes: number | null;
  readonly warning: 'none' | 'low' | 'end';
}

/** Kept free for the last segment, the entry record and the journal's list. */
const RESERVE_BYTES = 4 * 1024 * 1024;
const LOW_MINUTES = 5;
const END_MINUTES = 1;
/** Said before nine tenths are full, also when they fill between two looks. */
const LOW_SHARE = 0.85;

/**
 * @param estimate what the browser grants and what is used, in bytes
 * @param bytesPerSecond measured, or the preset's while nothing is measured
 */
export function spaceLeft(estimate: { quota?: number; usage?: number }, bytesPerSecond: number): SpaceLeft {
  const { quota, usage } = estimate;
  if (quota === undefined || usage === undefined || quota <= 0) return { bytes: null, minutes: null, warning: 'none' };
  const bytes = Math.max(0, quota - usage - RESERVE_BYTES);
  const minutes = bytes / Math.max(1, bytesPerSecond) / 60;
  if (minutes <= END_MINUTES) return { bytes, minutes, warning: 'end' };
  return { bytes, minutes, warning: minutes <= LOW_MINUTES || usage / quota >= LOW_SHARE ? 'low' : 'none' };
}

/** {@link spaceLeft} of this device. Never throws: a browser that does not tell is asked nothing further. */
export async function measureSpace(bytesPerSecond: number): Promise<SpaceLeft> {
  try {
    return spaceLeft(await navigator.storage.estimate(), bytesPerSecond);
  } catch {
    return spaceLeft({}, bytesPerSecond);
  }
}
