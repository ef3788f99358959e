/** The protocol's own cases, every one, against our verbs. A case is left out only for what it needs, and by name. */
import { existsSync } from 'node:fs';
import { mkdtemp, readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { LocalObjectStore } from '#server/objects/local.ts';
import { newObjectId } from '#shared/ids.ts';
import { ALICE, as, MAX_OBJECT_BYTES, UploadSubject } from './testing/upload-subject.ts';
import { TICKET_HEADER } from './upload-headers.ts';

interface Step {
  readonly method: string;
  readonly path: string;
  readonly headers: Record<string, string>;
  readonly bodyHex?: string;
  readonly expect: {
    readonly status?: number[];
    readonly statusAny?: boolean;
    readonly statusClass?: number;
    readonly equal?: Record<string, string>;
    readonly present?: string[];
    readonly absent?: string[];
    readonly contains?: Record<string, string>;
    readonly offsetAtMost?: number;
    readonly metadataEqual?: string;
  };
  readonly save?: Record<string, string>;
  readonly noAuth?: boolean;
  readonly asUser?: string;
}
interface Case {
  readonly id: string;
  readonly level: string;
  readonly title: string;
  readonly needs: string[];
  readonly steps: Step[];
}

const file = join(process.env['SVJ_VECTORS_DIR'] ?? '../shared/vectors', 'tus/cases.json');
const present = existsSync(file);
const { cases } = (present ? JSON.parse(await readFile(file, 'utf8')) : { cases: [] }) as {
  cases: Case[];
};
/** Of what a case may need, these we have not: sums that a stream cannot take back, and metadata, which is content. */
const WITHOUT = ['checksum', 'metadata'];
let subject: UploadSubject;

beforeAll(async () => {
  const dataDir = await mkdtemp(join(tmpdir(), 'svj-tus-'));
  subject = await UploadSubject.open({ url: undefined, dataDir }, new LocalObjectStore(join(dataDir, 'objects')));
});

async function send(step: Step, saved: Record<string, string>): Promise<Response> {
  const fill = (text: string) =>
    text
      .replace('{create}', '/api/uploads')
      .replace('{maxSize+1}', String(MAX_OBJECT_BYTES + 1))
      .replace(/\{(\w+)\}/g, (_, name: string) => saved[name] ?? '');
  const headers = new Headers(as(ALICE));
  for (const [name, value] of Object.entries(step.headers)) headers.set(name, fill(value));
  if (step.method === 'POST') {
    const stated = headers.get('Upload-Length');
    const length = stated !== null && /^\d{1,3}$/.test(stated) ? Number(stated) : null;
    headers.set(TICKET_HEADER, await subject.ticket(length, newObjectId(), ALICE, length ?? 1000));
  }
  const body = step.bodyHex === undefined ? undefined : Buffer.from(step.bodyHex, 'hex');
  return subject.request(step.method, fill(step.path), Object.fromEntries(headers), body);
}

function check(response: Response, expected: Step['expect']): void {
  const { headers, status } = response;
  if (expected.status) expect(expected.status).toContain(status);
  if (expected.statusClass !== undefined) expect(Math.floor(status / 100)).toBe(expected.statusClass);
  for (const [name, value] of Object.entries(expected.equal ?? {})) expect(headers.get(name), name).toBe(value);
  for (const name of expected.present ?? []) expect(headers.has(name), name).toBe(true);
  for (const name of expected.absent ?? []) expect(headers.has(name), name).toBe(false);
  for (const [name, value] of Object.entries(expected.contains ?? {})) expect(headers.get(name), name).toContain(value);
  if (expected.offsetAtMost !== undefined)
    expect(Number(headers.get('Upload-Offset'))).toBeLessThanOrEqual(expected.offsetAtMost);
  // Of every answer, whatever the case is about: the version, and no copy.
  expect(headers.get('Tus-Resumable')).toBe('1.0.0');
  expect(headers.get('Cache-Control')).toBe('no-store');
}

describe.skipIf(!present)('tus 1.0 (skipped where the vectors are not there)', () => {
  it('has cases, and the server says what it does without', async () => {
    expect(cases.length).toBeGreaterThan(40);
    const response = await subject.request('OPTIONS', '/api/uploads');
    const has = response.headers.get('Tus-Extension')?.split(',') ?? [];
    const needed = new Set(cases.flatMap(({ needs }) => needs));
    const missing = [...needed].filter((need) => need !== 'max-size' && !has.includes(need)).sort();
    expect(missing).toEqual(WITHOUT);
  });

  for (const { id, level, title, needs, steps } of cases) {
    const without = needs.filter((need) => WITHOUT.includes(need));
    const reason = without.length === 0 ? '' : ` (skipped: needs ${without.join(', ')})`;
    it.skipIf(without.length > 0)(`${id} ${level}: ${title}${reason}`, async () => {
      const saved: Record<string, string> = {};
      for (const step of steps) {
        // Sessions of others are our own tests' matter; a case that asks for one must not pass by being overlooked.
        expect([step.noAuth, step.asUser, step.expect.metadataEqual]).toEqual([undefined, undefined, undefined]);
        const response = await send(step, saved);
        check(response, step.expect);
        for (const [name, header] of Object.entries(step.save ?? {})) saved[name] = response.headers.get(header) ?? '';
      }
    });
  }
});
