/** `/healthz`: the process answers. `/readyz`: everything it needs does, or 503 with the names of what does not. */
import { Hono } from 'hono';
import { RETRY_AFTER } from '#server/api/refusal.ts';

/** One thing the server depends on; `check` rejects when it cannot be used. */
export interface Probe {
  readonly name: string;
  check(): Promise<void>;
}

const NO_STORE = { 'Cache-Control': 'no-store' };

export function health(probes: readonly Probe[], isDraining: () => boolean): Hono {
  const app = new Hono();
  app.get('/healthz', (context) => context.json({ status: 'ok' }, 200, NO_STORE));
  app.get('/readyz', async (context) => {
    const results = await Promise.allSettled(probes.map((probe) => probe.check()));
    // Names only: why something fails may hold paths and addresses, and belongs in the operator's log.
    const failing = probes.filter((_, i) => results[i]?.status === 'rejected').map(({ name }) => name);
    if (isDraining()) failing.push('draining');
    if (failing.length > 0)
      return context.json({ status: 'unavailable', failing }, 503, { ...NO_STORE, ...RETRY_AFTER });
    return context.json({ status: 'ok' }, 200, NO_STORE);
  });
  return app;
}
