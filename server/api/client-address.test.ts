/** Whose request it is: blocks of addresses, and whose word counts. Attack row C8 of the design. */
import { BlockList } from 'node:net';
import { describe, expect, it } from 'vitest';
import { addressBlock } from './client-address.ts';

const none = new BlockList();
const proxy = new BlockList();
proxy.addAddress('10.0.0.1');
proxy.addSubnet('fd00::', 8, 'ipv6');

describe('the block of an address', () => {
  it.each([
    ['192.0.2.77', '192.0.2.0/24'],
    ['::ffff:192.0.2.77', '192.0.2.0/24'],
    ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
    ['2001:0DB8:0001:0002::1', '2001:db8:1:2::/64'],
    ['2001:db8::1', '2001:db8:0:0::/64'],
    ['::1', '0:0:0:0::/64'],
    ['fe80::1%eth0', 'fe80:0:0:0::/64'],
    ['not an address', 'unknown'],
    [undefined, 'unknown']
  ])('of %s is %s', (address, block) => {
    expect(addressBlock(address, undefined, none)).toBe(block);
  });
});

describe('what is forwarded', () => {
  it('does not count from anybody but the proxy that was named', () => {
    expect(addressBlock('203.0.113.5', '192.0.2.1', none)).toBe('203.0.113.0/24');
    expect(addressBlock('203.0.113.5', '192.0.2.1', proxy)).toBe('203.0.113.0/24');
    expect(addressBlock('10.0.0.1', '192.0.2.1', proxy)).toBe('192.0.2.0/24');
    expect(addressBlock('::ffff:10.0.0.1', '192.0.2.1', proxy)).toBe('192.0.2.0/24');
    expect(addressBlock('fd00::7', '192.0.2.1', proxy)).toBe('192.0.2.0/24');
  });

  it('counts as far as our own proxies wrote it: what the client put in front does not', () => {
    expect(addressBlock('10.0.0.1', '198.51.100.9, 192.0.2.1', proxy)).toBe('192.0.2.0/24');
    expect(addressBlock('10.0.0.1', '192.0.2.1, 10.0.0.1, fd00::9', proxy)).toBe('192.0.2.0/24');
    expect(addressBlock('10.0.0.1', '192.0.2.1, nonsense', proxy)).toBe('unknown');
    expect(addressBlock('10.0.0.1', undefined, proxy)).toBe('unknown');
    expect(addressBlock('10.0.0.1', '10.0.0.1', proxy)).toBe('10.0.0.0/24');
  });

  it.each([
    ['192.0.2.1:51234', '192.0.2.0/24'],
    ['[2001:db8:1:2::9]:443', '2001:db8:1:2::/64'],
    ['[2001:db8:1:2::9]', '2001:db8:1:2::/64'],
    ['[::ffff:192.0.2.1]:80', '192.0.2.0/24'],
    ['198.51.100.9, 192.0.2.1:51234, 10.0.0.1:80, [fd00::9]:80', '192.0.2.0/24'],
    ['192.0.2.1:port', 'unknown'],
    ['[192.0.2.1', 'unknown']
  ])('counts by its address as some proxies write it: %s', (forwarded, block) => {
    expect(addressBlock('10.0.0.1', forwarded, proxy)).toBe(block);
  });
});
