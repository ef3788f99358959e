/**
 * Whose request it is, as far as an address tells: cut to its block before anything sees it. Only the proxy that the
 * operator names is believed about others.
 */
import { type BlockList, isIP } from 'node:net';

/** `[2001:db8::1]:443`, `[2001:db8::1]`, `192.0.2.1:443`: a bare IPv6 address cannot carry a port. */
const DRESSED = /^(?:\[([0-9a-f:.%\w]+)\](?::\d{1,5})?|(\d+\.\d+\.\d+\.\d+):\d{1,5})$/i;
const IPV4_MAPPED = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i;

/**
 * @param peer the address that the connection comes from
 * @param forwarded `X-Forwarded-For` as it was sent
 * @param trusted addresses of the operator's proxies
 * @returns `192.0.2.0/24` or `2001:db8:0:0::/64`; `unknown` for what is no address
 */
export function addressBlock(peer: string | undefined, forwarded: string | undefined, trusted: BlockList): string {
  const from = plainAddress(peer ?? '');
  if (!isTrusted(from, trusted)) return blockOf(from);
  // Each proxy adds who it heard from at the end: the last one that is not ours is the nearest that can be known.
  const hops = (forwarded ?? '').split(',').map((hop) => plainAddress(hop.trim()));
  const client = hops.reverse().find((hop) => !isTrusted(hop, trusted));
  return blockOf(client ?? from);
}

/** Without what some proxies write around it, such as the port or brackets; an IPv4 address as such. */
export function plainAddress(text: string): string {
  const [, bracketed, numbered] = DRESSED.exec(text) ?? [];
  const address = bracketed ?? numbered ?? text;
  return IPV4_MAPPED.exec(address)?.[1] ?? address;
}

export function isTrusted(address: string, trusted: BlockList): boolean {
  const family = isIP(address);
  return family !== 0 && trusted.check(address, family === 4 ? 'ipv4' : 'ipv6');
}

/** The first 24 bits of an IPv4 address, the first 64 of an IPv6 one: what one household or company holds. */
function blockOf(address: string): string {
  const family = isIP(address);
  if (family === 4) return `${address.split('.').slice(0, 3).join('.')}.0/24`;
  if (family === 6) return `${expand(address).slice(0, 4).join(':')}::/64`;
  return 'unknown';
}

/** All eight groups, without leading zeros. */
function expand(address: string): string[] {
  const [front = '', back] = (address.split('%')[0] ?? '').split('::');
  const groups = (text: string): string[] => (text === '' ? [] : text.split(':'));
  const [head, tail] = [groups(front), groups(back ?? '')];
  const zeros = back === undefined ? 0 : Math.max(0, 8 - head.length - tail.length);
  return [...head, ...Array.from({ length: zeros }, () => '0'), ...tail].map((group) =>
    (group.replace(/^0+/, '') || '0').toLowerCase()
  );
}
