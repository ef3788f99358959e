/** Which requests count as those of our own pages, also behind proxies that change what they forward. */
import { describe, expect, it } from 'vitest';
import { isFromOwnSite } from './same-site.ts';

const ask = (headers: Record<string, string>, isProxied = false): boolean =>
  isFromOwnSite({ headers: new Headers(headers) }, isProxied);

const Origin = 'https://journal.test';

describe('a request', () => {
  it('of a browser that says where it comes from is taken at its word, whatever a proxy made of Host', () => {
    const headers = { Origin, 'Sec-Fetch-Site': 'same-origin' };
    expect(ask({ ...headers, Host: '127.0.0.1:8787' })).toBe(true);
    expect(ask({ ...headers, Host: 'relay.internal' }, true)).toBe(true);
    for (const site of ['same-site', 'cross-site', 'nonsense']) {
      expect(ask({ Origin, 'Sec-Fetch-Site': site, Host: 'journal.test' }, true)).toBe(false);
    }
  });

  it('without that word is held against the host that was asked', () => {
    expect(ask({ Origin, Host: 'journal.test' })).toBe(true);
    expect(ask({ Origin, Host: '127.0.0.1:8787' })).toBe(false);
    expect(ask({ Origin: 'null', Host: 'null' })).toBe(false);
    expect(ask({ Host: 'anything' })).toBe(true);
  });

  it('is held against what a proxy forwards only where the operator named the proxy', () => {
    const headers = { Origin, Host: '127.0.0.1:8787', 'X-Forwarded-Host': 'journal.test, inner.test' };
    expect(ask(headers, true)).toBe(true);
    expect(ask(headers, false)).toBe(false);
    expect(ask({ ...headers, Origin: 'https://inner.test' }, true)).toBe(false);
    expect(ask({ ...headers, Origin: 'https://evil.test' }, true)).toBe(false);
  });
});
