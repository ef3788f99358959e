/**
 * Until when a damaged clip plays, when only its first bytes can be had: of a WebM file read off the Cues of its head
 * (RFC 9559 section 5.1.5), which name the place of every moment playing can start from.
 */
import { elements, Id, uint, vint } from '#shared/container/ebml.ts';
import type { Clip } from '#web/model/entry.ts';
import { clipUrl, newOpening } from './play.ts';

/** EBML's own limits: 4 bytes of id, 8 of size. */
const ID_BYTES = 4;
const SIZE_BYTES = 8;
const DEFAULT_TIMESTAMP_SCALE_NS = 1_000_000;
const NS_PER_MS = 1_000_000;

/** How much of a clip plays before byte `until` of it, ms. */
export async function playableMs(clip: Clip, until: number): Promise<number> {
  const size = clip.head.plaintextLength + clip.body.plaintextLength;
  // Where the container does not tell, bytes are taken to be spread evenly.
  const evenly = Math.floor((clip.durationMs * until) / Math.max(size, until, 1));
  const length = Math.min(until, clip.head.plaintextLength);
  if (length === 0) return 0;
  const response = await fetch(clipUrl(clip.id, newOpening(), until), { headers: { Range: `bytes=0-${length - 1}` } });
  if (response.status !== 206) return 0;
  const head = new Uint8Array(await response.arrayBuffer());
  return Math.min(timeBefore(head, until) ?? evenly, clip.durationMs);
}

/**
 * @param head the first bytes of the file, with its Cues
 * @param until bytes from here on are missing
 * @returns ms up to which it certainly plays; null where the head does not tell
 */
export function timeBefore(head: Uint8Array, until: number): number | null {
  try {
    return fromCues(head, until);
  } catch {
    return null;
  }
}

function fromCues(head: Uint8Array, until: number): number | null {
  const segment = segmentStart(head);
  if (segment === null) return null;
  let scale = DEFAULT_TIMESTAMP_SCALE_NS;
  for (const { id, data } of children(head, segment)) {
    if (id === Id.Info) scale = first(data, Id.TimestampScale) ?? scale;
    if (id === Id.Cues) {
      const whole = cuePoints(data).filter(({ at }) => segment + at <= until);
      // What begins before the damage may be torn by it; the moment it begins at is certain.
      return Math.floor(((whole.at(-1)?.time ?? 0) * scale) / NS_PER_MS);
    }
  }
  return null;
}

/** Where the data of the Segment begin: what positions in Cues are counted from. */
function segmentStart(head: Uint8Array): number | null {
  let at = 0;
  for (const wanted of [Id.Ebml, Id.Segment]) {
    const id = vint(head, at, ID_BYTES, true);
    if (id.value !== wanted) return null;
    const size = vint(head, at + id.length, SIZE_BYTES, false);
    at += id.length + size.length;
    if (wanted === Id.Segment) return at;
    at += size.value;
  }
  return null;
}

/** Elements of a Segment whose end is elsewhere, as far as they are whole. */
function* children(bytes: Uint8Array, from: number): Generator<{ id: number; data: Uint8Array }> {
  for (let at = from; at < bytes.length;) {
    const id = vint(bytes, at, ID_BYTES, true);
    const size = vint(bytes, at + id.length, SIZE_BYTES, false);
    const start = at + id.length + size.length;
    at = start + size.value;
    if (id.value === Id.Cluster || at > bytes.length) return;
    yield { id: id.value, data: bytes.subarray(start, at) };
  }
}

function cuePoints(cues: Uint8Array): { time: number; at: number }[] {
  return [...elements(cues)]
    .filter(({ id }) => id === Id.CuePoint)
    .map(({ data }) => {
      const position = [...elements(data)].find(({ id }) => id === Id.CueTrackPositions);
      return {
        time: first(data, Id.CueTime) ?? 0,
        at: (position && first(position.data, Id.CueClusterPosition)) ?? 0
      };
    });
}

function first(parent: Uint8Array, wanted: number): number | undefined {
  const element = [...elements(parent)].find(({ id }) => id === wanted);
  return element && uint(element.data);
}
