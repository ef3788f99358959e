/**
 * Only our own pages may call the API. A browser says truly where a request comes from (Fetch Metadata, Origin); what is no
 * browser sends neither, and has no cookie of anybody's to misuse (attack C5).
 */
export function isFromOwnSite(request: Request): boolean {
  const site = request.headers.get('Sec-Fetch-Site');
  // `none`: typed by the person, or a bookmark.
  if (site !== null && site !== 'same-origin' && site !== 'none') return false;
  const origin = request.headers.get('Origin');
  if (origin === null) return true;
  try {
    return new URL(origin).host === request.headers.get('Host');
  } catch {
    return false;
  }
}
