/**
 * What a head says besides its buckets, when both sides changed it (FORMAT.md section 12.2). Where only one side changed a
 * thing since the base, that one stands; where both did, the published one: a passphrase that was changed stays changed,
 * whoever still has the old one on a device that was not there.
 */
import { stableText } from '#web/model/stable-text.ts';
import type { HeadContent } from './head.ts';

/** @param base the published head that both come from; null where there is none */
export function mergeHeads(base: HeadContent | null, local: HeadContent, remote: HeadContent): HeadContent {
  const devices = { ...remote.devices };
  for (const [device, sequence] of Object.entries(local.devices)) {
    // What was prepared here and given up must not seem to have been taken back.
    devices[device] = Math.max(devices[device] ?? 0, sequence);
  }
  return {
    ...threeWay(base, local, remote),
    minimumSuite: Math.max(local.minimumSuite, remote.minimumSuite),
    settings: threeWay(base?.settings ?? null, local.settings, remote.settings),
    recovery: {
      ...threeWay(base?.recovery ?? null, local.recovery, remote.recovery),
      confirmed: [...new Set([...remote.recovery.confirmed, ...local.recovery.confirmed])].sort(),
      postponed: local.recovery.postponed || remote.recovery.postponed
    },
    devices
  };
}

/** Name by name. */
function threeWay<T extends object>(base: T | null, local: T, remote: T): T {
  const merged = { ...remote } as Record<string, unknown>;
  for (const [name, value] of Object.entries(local)) {
    const known = base === null ? undefined : (base as Record<string, unknown>)[name];
    const isChangedThere = stableText(merged[name]) !== stableText(known);
    if (!isChangedThere) merged[name] = value;
  }
  return merged as T;
}
