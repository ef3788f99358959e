/**
 * Only our own pages may call the API (attack C5). A browser says truly where a request comes from, and no page can make
 * it say otherwise; what is no browser may say anything, and has no cookie of anybody's to misuse.
 *
 * [Note: proxies that rewrite Host] `Sec-Fetch-Site` needs no name of ours: the browser itself compared the page with the
 * address that it asks. It decides alone where it is sent, which is by every browser that the app supports, over HTTPS
 * and to localhost. Only without it (plain HTTP in a local network) `Origin` is compared with the host that was asked.
 * Behind a proxy that host is what the proxy forwards, `X-Forwarded-Host`, where the operator named the proxy in
 * TRUSTED_PROXY; otherwise, and where it forwards none, it is `Host`. So a proxy that puts its own name into `Host`
 * locks nobody out who comes over HTTPS.
 */
export function isFromOwnSite({ headers }: Pick<Request, 'headers'>, isProxied: boolean): boolean {
  const site = headers.get('Sec-Fetch-Site');
  if (site === 'same-origin') return true;
  // `none`: typed by the person, or a bookmark.
  if (site !== null && site !== 'none') return false;
  const origin = headers.get('Origin');
  if (origin === null) return true;
  try {
    return hostsOf(headers, isProxied).includes(new URL(origin).host);
  } catch {
    return false;
  }
}

function hostsOf(headers: Headers, isProxied: boolean): (string | undefined)[] {
  const forwarded = isProxied ? headers.get('X-Forwarded-Host') : null;
  // Each proxy adds its own at the end: the first is what the browser asked.
  return [headers.get('Host') ?? undefined, forwarded?.split(',')[0]?.trim()];
}
