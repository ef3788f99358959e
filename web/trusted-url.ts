/**
 * The app's one Trusted Types policy: a script URL is accepted only when it lies on our own
 * origin. Workers and the service worker are the two places that need it.
 */
interface PolicyFactory {
  createPolicy(
    name: string,
    rules: { createScriptURL(url: string): string }
  ): { createScriptURL(url: string): unknown };
}

const rules = {
  createScriptURL(url: string): string {
    const resolved = new URL(url, location.href);
    if (resolved.origin !== location.origin) throw new TypeError('script from another origin refused');
    return resolved.href;
  }
};

const factory = (globalThis as { trustedTypes?: PolicyFactory }).trustedTypes;
const policy = factory?.createPolicy('svj', rules);

/** A same-origin script URL that `new Worker` and `serviceWorker.register` accept. */
export function trustedUrl(url: string): string {
  return (policy ?? rules).createScriptURL(url) as string;
}
