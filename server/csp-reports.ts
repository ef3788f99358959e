/**
 * Takes what browsers report of blocked content, and keeps only how often which directive blocked something: a
 * report also holds addresses, and an address of a shared clip is a secret.
 */
import { Hono } from 'hono';
import { readJson } from '#server/api/body.ts';
import { refusalOf } from '#server/api/refusal.ts';
import { SvjError } from '#shared/errors.ts';

const MAX_REPORT_BYTES = 64 * 1024;
const MAX_DIRECTIVES = 64;

export class BlockedContent {
  readonly #counts = new Map<string, number>();

  /** Times blocked, by directive. */
  get counts(): ReadonlyMap<string, number> {
    return this.#counts;
  }

  record(report: unknown): void {
    const directive = directiveOf(report);
    if (directive === undefined) return;
    // Anyone may send reports: made-up names must not fill the memory.
    if (!this.#counts.has(directive) && this.#counts.size >= MAX_DIRECTIVES) return;
    this.#counts.set(directive, (this.#counts.get(directive) ?? 0) + 1);
  }
}

export function cspReports(blocked: BlockedContent): Hono {
  const app = new Hono();
  app.onError((thrown) => refusalOf(thrown));
  app.post('/', async (context) => {
    const reports: unknown = await readJson(context.req.raw, MAX_REPORT_BYTES).catch((thrown: unknown) => {
      if (thrown instanceof SvjError) throw thrown;
    });
    if (!Array.isArray(reports)) return context.body(null, 400);
    for (const report of reports) blocked.record(report);
    return context.body(null, 204);
  });
  return app;
}

function directiveOf(report: unknown): string | undefined {
  if (typeof report !== 'object' || report === null || !('body' in report)) return undefined;
  const { body } = report;
  if (typeof body !== 'object' || body === null || !('effectiveDirective' in body)) return undefined;
  const { effectiveDirective: directive } = body;
  return typeof directive === 'string' && /^[a-z-]{1,40}$/.test(directive) ? directive : undefined;
}
