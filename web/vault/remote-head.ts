/**
 * Whether what the relay calls its newest head may follow what this device has accepted (FORMAT.md section 12): every head
 * from there on opens, names the one before, and takes nothing back.
 */
import type { Bytes } from '#shared/bytes.ts';
import type { TakeInRefusal } from '#web/model/parcel.ts';
import { readHead, type AuthenticHead } from './head-reader.ts';
import { isMadeBy, preparedHashes, publishedHead } from './published.ts';
import type { Vault } from './vault.ts';

export interface RemoteChain {
  /** The published head that this device had accepted; null before the first. */
  readonly base: AuthenticHead | null;
  /** What follows it, oldest first; at least one. */
  readonly heads: readonly { readonly head: AuthenticHead; readonly sealed: Bytes }[];
  readonly newest: AuthenticHead;
  /** There are heads of this very device which it did not make: its storage was copied. */
  readonly isCopied: boolean;
}

/** @throws `vault/newer-app`, `vault/damaged` as {@link publishedHead} does */
export async function readChain(
  vault: Vault,
  arrived: readonly Bytes[]
): Promise<RemoteChain | 'current' | TakeInRefusal> {
  const base = await publishedHead(vault);
  const heads: { head: AuthenticHead; sealed: Bytes }[] = [];
  for (const sealed of arrived) {
    const head = await readHead(vault.keys.head, vault.id, sealed);
    if (head === null) return 'foreign';
    const before = heads.at(-1)?.head;
    if (before !== undefined && (head.parent !== before.hash || head.sequence <= before.sequence)) return 'forked';
    // A relay may begin earlier than it was asked to.
    heads.push({ head, sealed });
  }
  const known = heads.findIndex(({ head }) => head.hash === base?.hash);
  const following = heads.slice(known + 1);
  const [first] = following;
  const newest = following.at(-1)?.head;
  if (first === undefined || newest === undefined) return 'current';
  const refusal = objection(
    base,
    following.map(({ head }) => head)
  );
  if (refusal !== null) return refusal;
  const own = new Set(await preparedHashes(vault, base));
  const isCopied = following.some(({ head }) => isMadeBy(vault.device, head) && !own.has(head.hash));
  return { base, heads: following, newest, isCopied };
}

function objection(base: AuthenticHead | null, [first, ...later]: readonly AuthenticHead[]): TakeInRefusal | null {
  if (first === undefined) return null;
  const newest = later.at(-1) ?? first;
  if (base !== null && newest.sequence < base.sequence) return 'rolled-back';
  if (first.parent !== (base?.hash ?? null) || first.sequence <= (base?.sequence ?? 0)) return 'forked';
  let before = base ?? first;
  for (const head of [first, ...later]) {
    if (head.content.minimumSuite < before.content.minimumSuite) return 'rolled-back';
    // This device's own last published number is one of them.
    const numbers = Object.entries(before.content.devices);
    if (numbers.some(([device, sequence]) => (head.content.devices[device] ?? 0) < sequence)) return 'forked';
    before = head;
  }
  return null;
}
