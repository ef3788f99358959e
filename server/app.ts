/** Puts the parts of the relay together: headers for all, then health, reports, the API and the built app. */
import { Hono } from 'hono';
import { refusal } from '#server/api/refusal.ts';
import { BlockedContent, cspReports } from './csp-reports.ts';
import { COMMON_HEADERS, INERT_POLICY, REPORTS_PATH, STRICT_TRANSPORT_SECURITY } from './headers.ts';
import { health, type Probe } from './health.ts';
import type { Site } from './site.ts';

export interface AppParts {
  readonly site: Site;
  readonly api: Hono;
  readonly probes: readonly Probe[];
  /** Whether this process speaks TLS itself. */
  readonly tls: boolean;
  readonly isDraining: () => boolean;
  readonly blocked?: BlockedContent;
}

export function createApp({ site, api, probes, tls, isDraining, blocked = new BlockedContent() }: AppParts): Hono {
  const app = new Hono();
  app.use(async (context, next) => {
    await next();
    const { headers } = context.res;
    for (const [name, value] of Object.entries(COMMON_HEADERS)) headers.set(name, value);
    if (tls) headers.set('Strict-Transport-Security', STRICT_TRANSPORT_SECURITY);
    // What did not choose a policy gets the one that allows nothing.
    if (!headers.has('Content-Security-Policy')) headers.set('Content-Security-Policy', INERT_POLICY);
  });
  app.onError(() => refusal('internal'));
  app.route('/', health(probes, isDraining));
  app.route(REPORTS_PATH, cspReports(blocked));
  app.route('/api', api);
  app.all('*', site);
  return app;
}
