/**
 * One exchange with the relay: takes in what other devices published, then publishes what was changed here. Both sides of
 * it can stop anywhere: nothing is lost, and the next exchange goes on. What arrives is proven by the vault, not here.
 */
import { SvjError } from '#shared/errors.ts';
import { parseEntryId, parseSlotId, type EntryId } from '#shared/ids.ts';
import type { Commit } from '#shared/protocol.ts';
import type {
  Arrival,
  ArrivedEntry,
  Publication,
  TakeInOutcome,
  TakeInRefusal,
  VaultHeader
} from '#web/model/parcel.ts';
import type { RelayClient } from './relay-client.ts';

/** The vault's side: see the calls of these names in workers/contracts.ts. */
export interface VaultPort {
  published(): Promise<number>;
  prepareCommit(): Promise<Publication | null>;
  confirmCommit(hash: string): Promise<unknown>;
  takeIn(arrival: Arrival): Promise<TakeInOutcome>;
}

export type Exchanged =
  /** Entries that are new or other than before. */
  | { readonly outcome: 'in-step'; readonly changed: ReadonlySet<EntryId> }
  /** The relay shows what an honest one cannot show; nothing of it was taken, nothing was sent. */
  | { readonly outcome: 'refused'; readonly why: TakeInRefusal; readonly entryId: EntryId | null };

type Settled = Exclude<TakeInOutcome, { outcome: 'needs' }>;

/** Devices that all publish at once give way to each other; one of them gets through in every round. */
const ROUNDS = 8;
/** What a vault asks for one after another: buckets and header, then the entries that those list. */
const STEPS = 3;
/** Of buckets or entries asked for in one request. */
const WANTED = 500;
/** Records of one request, and their bytes as they lie in memory. */
const STAGED = 500;
const STAGED_BYTES = 4 * 1024 * 1024;

/** @throws `relay/…`, `session/…`, what the vault throws, `vault/conflict` when others are always faster */
export async function exchange(vault: VaultPort, relay: RelayClient, signal: AbortSignal): Promise<Exchanged> {
  const changed = new Set<EntryId>();
  for (let round = 0; round < ROUNDS; round++) {
    const taken = await takeInAll(vault, relay, signal);
    if (taken.outcome === 'refused') return taken;
    if (taken.outcome === 'taken') for (const entryId of taken.changed) changed.add(entryId);
    const publication = await vault.prepareCommit();
    if (publication === null) return { outcome: 'in-step', changed };
    if (await publish(publication, relay, signal)) {
      await vault.confirmCommit(publication.head.hash);
      return { outcome: 'in-step', changed };
    }
  }
  throw new SvjError('vault/conflict');
}

async function takeInAll(vault: VaultPort, relay: RelayClient, signal: AbortSignal): Promise<Settled> {
  for (let round = 0; round < ROUNDS; round++) {
    const base = await vault.published();
    // From the one on that this device knows: a relay that does not have it any more went back.
    const heads = await headsAbove(Math.max(0, base - 1), relay, signal);
    if (base > 0 && heads.length === 0) return { outcome: 'refused', why: 'rolled-back', entryId: null };
    const outcome = await takeInHeads(vault, heads, relay, signal);
    if (outcome !== null) return outcome;
  }
  throw new SvjError('vault/conflict');
}

/** Null when what belongs to these heads is gone, for another device published meanwhile: to be begun anew. */
async function takeInHeads(
  vault: VaultPort,
  heads: Arrival['heads'],
  relay: RelayClient,
  signal: AbortSignal
): Promise<Settled | null> {
  let arrival: Arrival = { heads, buckets: [], entries: [], header: null };
  for (let step = 0; step < STEPS; step++) {
    const outcome = await vault.takeIn(arrival);
    if (outcome.outcome !== 'needs') return outcome;
    const [buckets, entries, header] = await Promise.all([
      bucketsOf(outcome.buckets, relay, signal),
      entriesOf(outcome.entries, relay, signal),
      outcome.header ? relay.vault(signal).then(headerIn) : arrival.header
    ]);
    arrival = {
      heads,
      header,
      buckets: [...arrival.buckets, ...buckets],
      entries: [...arrival.entries, ...entries]
    };
  }
  return null;
}

/** All that the relay has above a sequence, oldest first. @throws `relay/…`, `session/…` */
export async function headsAbove(above: number, relay: RelayClient, signal: AbortSignal): Promise<Arrival['heads']> {
  const heads: Arrival['heads'][number][] = [];
  for (let from = above, more = true; more;) {
    const page = await relay.heads(from, signal);
    heads.push(...page.heads.map(({ sealed }) => sealed));
    const last = page.heads.at(-1)?.sequence ?? from;
    // A relay that says there is more and does not go on would keep the device asking for ever.
    more = page.more && last > from;
    from = last;
  }
  return heads;
}

async function bucketsOf(
  numbers: readonly number[],
  relay: RelayClient,
  signal: AbortSignal
): Promise<Arrival['buckets']> {
  const given = await fetchAll(numbers, async (asked) => {
    const { buckets } = await relay.buckets(asked, signal);
    return new Map(buckets.map(({ bucket, sealed }) => [bucket, sealed]));
  });
  return given.map(([bucket, sealed = null]) => ({ bucket, sealed }));
}

async function entriesOf(
  entryIds: readonly EntryId[],
  relay: RelayClient,
  signal: AbortSignal
): Promise<Arrival['entries']> {
  const given = await fetchAll<string, ArrivedEntry | null>(entryIds, async (asked) => {
    const { records } = await relay.wanted(asked, signal);
    return new Map(records.map((row) => [row.entryId, sealedOf(row)]));
  });
  return given.map(([entryId, sealed = null]) => ({ entryId: parseEntryId(entryId), sealed }));
}

/** An answer holds only so much. One that holds nothing of what was asked for says that there is no more. */
async function fetchAll<Name, Row>(
  names: readonly Name[],
  ask: (names: readonly Name[]) => Promise<ReadonlyMap<Name, Row>>
): Promise<[Name, Row | undefined][]> {
  const rows: [Name, Row | undefined][] = [];
  for (let missing = [...names]; missing.length > 0;) {
    const asked = missing.slice(0, WANTED);
    const given = await ask(asked);
    const there = asked.filter((name) => given.has(name));
    const answered = new Set(there.length > 0 ? there : asked);
    for (const name of answered) rows.push([name, given.get(name)]);
    missing = missing.filter((name) => !answered.has(name));
  }
  return rows;
}

function sealedOf(row: Awaited<ReturnType<RelayClient['wanted']>>['records'][number]): ArrivedEntry | null {
  const { revision, epoch, wrap, record } = row;
  return wrap === null || record === null ? null : { revision, epoch, wrap, record };
}

/** As the vault takes it. @throws `vault/newer-app` */
export function headerIn({ slots, recoveryCopy, inbox }: Awaited<ReturnType<RelayClient['vault']>>): VaultHeader {
  return { slots: slots.map(knownSlot), recoveryCopy, inbox };
}

type Slots = NonNullable<Arrival['header']>['slots'];

/** @throws `vault/newer-app` for a way in that this app does not know */
function knownSlot(slot: Awaited<ReturnType<RelayClient['vault']>>['slots'][number]): Slots[number] {
  const { kind } = slot;
  if (kind !== 'passphrase' && kind !== 'recovery') throw new SvjError('vault/newer-app');
  return { ...slot, slotId: parseSlotId(slot.slotId), kind };
}

/** False when another device was faster. */
async function publish(publication: Publication, relay: RelayClient, signal: AbortSignal): Promise<boolean> {
  for (const records of inBatches(publication.entries)) await relay.stage({ records }, signal);
  try {
    const commit = commitOf(publication);
    const { passphrase } = publication;
    if (passphrase === null) await relay.commit(commit, signal);
    else await relay.changePassphrase({ ...passphrase, commit }, signal);
    return true;
  } catch (thrown) {
    if (thrown instanceof SvjError && thrown.code === 'vault/conflict') return false;
    throw thrown;
  }
}

function commitOf({ head, buckets, entries, tombstones, header }: Publication): Commit {
  const deleted = new Set(tombstones.map(({ entryId }) => entryId));
  const sent = new Map(entries.map(({ entryId, hash }) => [entryId, hash]));
  return {
    follows: head.parent,
    head: { sequence: head.sequence, sealed: head.sealed },
    buckets: [...buckets],
    entries: [
      ...entries
        .filter(({ entryId }) => !deleted.has(entryId))
        .map(({ entryId, revision, hash }) => ({ entryId, revision, hash, state: 'live' as const, purgeAt: null })),
      // The record of a deleted entry goes along as long as it was not sent before: it can be restored elsewhere too.
      ...tombstones.map(({ entryId, revision }) => {
        return { entryId, revision, hash: sent.get(entryId) ?? null, state: 'trash' as const, purgeAt: null };
      })
    ],
    ...(header && { vault: { ...header, slots: [...header.slots] } })
  };
}

function* inBatches(entries: Publication['entries']): Generator<Publication['entries'][number][]> {
  let batch: Publication['entries'][number][] = [];
  let bytes = 0;
  for (const entry of entries) {
    const size = entry.wrap.length + entry.record.length;
    if (batch.length === STAGED || (batch.length > 0 && bytes + size > STAGED_BYTES)) {
      yield batch;
      batch = [];
      bytes = 0;
    }
    batch.push(entry);
    bytes += size;
  }
  if (batch.length > 0) yield batch;
}
