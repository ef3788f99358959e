/** What the relay is known to have: the newest published head that this device accepted, and the one it is about to send. */
import { SvjError } from '#shared/errors.ts';
import { stableText } from '#web/model/stable-text.ts';
import type { HeadContent } from './head.ts';
import { readHead, type AuthenticHead } from './head-reader.ts';
import type { Vault } from './vault.ts';

/** Null before the first publication. @throws `vault/damaged` when the row was altered */
export async function publishedHead(vault: Vault): Promise<AuthenticHead | null> {
  const { published } = vault.row;
  if (published === undefined) return null;
  const head = await readHead(vault.keys.head, vault.id, published.sealed);
  if (head?.sequence !== published.sequence) throw new SvjError('vault/damaged', 'published head');
  return head;
}

/** Only a head that is made for the relay names its own sequence for the device that made it. */
export function isMadeBy(device: string, { content, sequence }: AuthenticHead): boolean {
  return content.devices[device] === sequence;
}

/** Hashes of the heads that this device prepared on top of `published`: the relay may have accepted one without its knowing. */
export async function preparedHashes(vault: Vault, published: AuthenticHead | null): Promise<string[]> {
  const hashes = [...(vault.row.published?.givenUp ?? [])];
  for (const { sequence, sealed } of await vault.stores.records.all('heads')) {
    if (sequence <= (published?.sequence ?? 0)) continue;
    const head = await readHead(vault.keys.head, vault.id, sealed);
    if (head !== null && isMadeBy(vault.device, head)) hashes.push(head.hash);
  }
  return hashes;
}

/** Whether two heads say the same of the journal, whoever published them. */
export function saysTheSame(a: HeadContent, b: HeadContent): boolean {
  return stableText({ ...a, devices: null }) === stableText({ ...b, devices: null });
}
