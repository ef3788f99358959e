/** What a sync loop does between one vault and the relay, step by step, so that a test can break it off at each of them. */
import { recordHash } from '#shared/crypto/record.ts';
import type { Arrival, TakeInOutcome } from '#web/model/parcel.ts';
import { confirmCommit, prepareCommit } from '../publish.ts';
import { takeIn } from '../rebase.ts';
import type { Vault } from '../vault.ts';
import type { TestRelay } from './relay.ts';

/** The moments at which the line, or the device, may fail. */
export type Moment = 'asked' | 'taken' | 'prepared' | 'sent' | 'confirmed';

/** Called at each moment; breaks off by throwing. */
export type Reach = (moment: Moment) => Promise<void>;

export async function syncOnce(
  vault: Vault,
  relay: TestRelay,
  reach: Reach = () => Promise.resolve()
): Promise<'quiet' | 'conflict' | TakeInOutcome> {
  const arrived = await fetchAll(vault, relay, reach);
  if (arrived.outcome === 'refused') return arrived;
  await reach('taken');
  const publication = await prepareCommit(vault);
  if (publication === null) return 'quiet';
  await reach('prepared');
  const answer = relay.publish(publication);
  await reach('sent');
  if (answer === 'conflict') return 'conflict';
  await confirmCommit(vault, publication.head.hash);
  await reach('confirmed');
  return 'quiet';
}

/** Fetches what the vault asks for, until it asks for nothing more. */
export async function fetchAll(
  vault: Vault,
  relay: TestRelay,
  reach: Reach = () => Promise.resolve()
): Promise<Exclude<TakeInOutcome, { outcome: 'needs' }>> {
  let arrival: Arrival = { heads: [], buckets: [], entries: [], header: null };
  for (let round = 0; round < 8; round++) {
    const outcome = await takeIn(vault, { ...arrival, heads: relay.feed(await publishedHash(vault)) }, new Date());
    if (outcome.outcome !== 'needs') return outcome;
    await reach('asked');
    const given = relay.give(outcome);
    arrival = {
      heads: [],
      buckets: [...arrival.buckets, ...given.buckets],
      entries: [...arrival.entries, ...given.entries],
      header: given.header ?? arrival.header
    };
  }
  throw new Error('the vault asks for the same again and again');
}

async function publishedHash(vault: Vault): Promise<string | null> {
  const published = await vault.read(() => Promise.resolve(vault.row.published));
  return published === undefined ? null : recordHash(published.sealed);
}
