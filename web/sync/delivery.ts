/**
 * Brings one object to the relay, over as many tries as it takes: each goes on from the byte that the relay has. Whatever
 * ends it, the address of the upload is kept, and the next delivery takes it from there.
 */
import { SvjError, toSvjError, type ErrorCode } from '#shared/errors.ts';
import type { ObjectId } from '#shared/ids.ts';
import { backOffMs } from './back-off.ts';
import type { ObjectSource, OpenObject } from './object-source.ts';
import type { RelayClient } from './relay-client.ts';
import type { Fetch } from './relay-transport.ts';
import type { Transfer, Transfers } from './transfers.ts';
import { tryUpload, type UploadTry } from './tus.ts';

export interface UploaderParts {
  readonly relay: Pick<RelayClient, 'ticket' | 'objectSize'>;
  /** The line of the uploads themselves. */
  readonly fetch: Fetch;
  readonly transfers: Transfers;
  readonly open: OpenObject;
  /** Of one request, and in memory. */
  readonly chunkBytes: number;
  /** @throws `call/aborted` */
  readonly pause: (ms: number, signal: AbortSignal) => Promise<void>;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  /** In [0, 1). */
  readonly random: () => number;
}

export interface Delivery {
  readonly objectId: ObjectId;
  readonly source: ObjectSource;
  /** Bytes to ask for as long as nobody knows how many there will be. */
  readonly maximum: number;
  /** Failures in a row, none of which brought a byte further, after which it is given up. */
  readonly patience: () => number;
  readonly acknowledged: (offset: number) => void;
  readonly signal: AbortSignal;
}

/** In a row, and in about a minute; whoever keeps things in step asks again later. */
export const ATTEMPTS = 8;

/** What another try may not meet again. */
const PASSING: ReadonlySet<ErrorCode> = new Set([
  ...(['relay/unreachable', 'relay/too-many', 'store/unavailable', 'store/offset'] as const),
  ...(['upload/busy', 'upload/too-slow', 'ticket/refused', 'object/busy'] as const)
]);
/** What is wrong with an upload that was left, and not with the object. */
const SPOILT: ReadonlySet<ErrorCode> = new Set(['upload/length', 'upload/too-long']);

/**
 * Resolves when the relay has all of it, and that is written down.
 * @throws `relay/…`, `session/…`, `store/full`, `upload/over-quota`, `upload/too-long`, `upload/length` when the relay has
 *   another object of this name, what reading the object throws, `call/aborted`
 */
export async function deliver(parts: UploaderParts, delivery: Delivery): Promise<void> {
  const { signal, source, objectId } = delivery;
  let failures = 0;
  let furthest = 0;
  const acknowledged = (offset: number): void => {
    // What was begun anew has to get further than before to count.
    if (offset > furthest) failures = 0;
    furthest = Math.max(furthest, offset);
    delivery.acknowledged(offset);
  };
  for (;;) {
    const row = await parts.transfers.get(objectId);
    let place = row?.url ?? null;
    try {
      if (signal.aborted) throw new SvjError('call/aborted');
      await once(parts, { ...delivery, acknowledged }, row, (url) => (place = url));
      await parts.transfers.put(rowOf(parts, delivery, 'backed-up', null));
      return;
    } catch (thrown) {
      const error = toSvjError(thrown);
      failures++;
      if (isSpoilt(error, source, place)) {
        // Where it is another by now, another tab put its own upload in the place of this one: that is gone on with.
        if (place !== null && (await parts.transfers.get(objectId))?.url === place)
          await parts.transfers.put(rowOf(parts, delivery, 'sending', null));
        if (failures >= delivery.patience()) throw new SvjError('relay/unreachable', undefined, error);
      } else if (!PASSING.has(error.code) || failures >= delivery.patience()) throw error;
      await parts.pause(backOffMs(failures, error, parts.random), signal);
    }
  }
}

async function once(
  parts: UploaderParts,
  delivery: Delivery,
  row: Transfer | null,
  onPlace: (url: string) => void
): Promise<void> {
  const { objectId, source, signal } = delivery;
  // Another tab may have brought it there meanwhile.
  if (row !== null && row.state !== 'sending') return;
  if (row === null && (await isThere(parts, delivery))) return;
  const from: UploadTry['from'] | null = row?.url ? { url: row.url } : await ticketFor(parts, delivery);
  if (from === null) return;
  const stored = await tryUpload({
    ...{ fetch: parts.fetch, chunkBytes: parts.chunkBytes, objectId, source, from, signal },
    acknowledged: delivery.acknowledged,
    async created(url) {
      onPlace(url);
      await parts.transfers.put(rowOf(parts, delivery, 'sending', url));
    }
  });
  if (stored !== source.size) throw new SvjError('upload/length', String(stored));
}

/** Null when the relay has it already. */
async function ticketFor(parts: UploaderParts, delivery: Delivery): Promise<UploadTry['from'] | null> {
  const { objectId, source, maximum, signal } = delivery;
  const length = source.size;
  try {
    const ticket = await parts.relay.ticket(objectId, length === null ? { maximum } : { length }, signal);
    return { ticket, length };
  } catch (thrown) {
    if (toSvjError(thrown).code === 'upload/exists' && (await isThere(parts, delivery))) return null;
    throw thrown;
  }
}

/** @throws `upload/length` when the relay has something else of this name */
async function isThere({ relay }: UploaderParts, { objectId, source, signal }: Delivery): Promise<boolean> {
  // What still grows was never sent whole.
  if (source.size === null) return false;
  const size = await relay.objectSize(objectId, signal);
  if (size !== null && size !== source.size) throw new SvjError('upload/length', String(size));
  return size !== null;
}

function isSpoilt({ code }: SvjError, { size }: ObjectSource, place: string | null): boolean {
  // Also of one that is being created, when another tab creates its own.
  // While it grows, too long is too long for the next one as well.
  return code === 'http/not-found' || (place !== null && size !== null && SPOILT.has(code));
}

function rowOf(
  { now }: UploaderParts,
  { objectId, source }: Delivery,
  state: Transfer['state'],
  url: string | null
): Transfer {
  return { objectId, state, size: source.size ?? 0, url, at: now() };
}
