/**
 * What the relay writes about itself: one line of JSON per request, in a file per day that is removed after its time. What
 * may stand in a line is fixed by its type: the route as the table names it (never the path), the block of an address
 * (never the address), codes and figures. There is no place for a body, a name, a token or an id of anybody's.
 */
import { mkdirSync, openSync } from 'node:fs';
import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { destination, pino, stdTimeFunctions, type Logger } from 'pino';

/** The only importer of pino. Its destination buffers nothing longer than this, in ms. */
const FLUSH_MS = 1000;
/** Held in memory while the disk does not take them; what is more is dropped. */
const MOST_BYTES = 1024 * 1024;
const RETRY_MS = 1000;
const DAY_MS = 24 * 60 * 60_000;
const FILE = /^(\d{4}-\d\d-\d\d)\.jsonl$/;

export interface RequestLine {
  /** Of this request; the client is told it too. */
  readonly id: string;
  readonly method: string;
  /** As the table of routes has it. */
  readonly route: string;
  readonly status: number;
  readonly ms: number;
  /** Block of the client's address. */
  readonly address: string;
}

export class Log {
  readonly #folder: string;
  readonly #keepMs: number;
  readonly #now: () => number;
  #day = '';
  #retryAt = 0;
  #file: ReturnType<typeof destination> | null = null;
  #logger: Logger | null = null;

  /** @param now milliseconds since 1970 */
  constructor(folder: string, keepDays: number, now: () => number) {
    this.#folder = folder;
    this.#keepMs = keepDays * DAY_MS;
    this.#now = now;
  }

  request(line: RequestLine): void {
    this.#today()?.info({ ...line, ms: Math.round(line.ms) });
  }

  /** Something failed that nobody foresaw. Names and places in our code; a message could hold anything. */
  failure(id: string, thrown: unknown): void {
    const error = thrown instanceof Error ? thrown : new Error();
    const places = (error.stack ?? '').split('\n').filter((line) => /^ +at /.test(line));
    const cause = error.cause instanceof Error ? error.cause.name : undefined;
    this.#today()?.error({ id, error: error.name, cause, places: places.map((place) => place.trim()) });
  }

  /** Removes files whose last line is older than they may be. */
  async purge(): Promise<void> {
    const oldest = dayOf(this.#now() - this.#keepMs);
    const names = await readdir(this.#folder).catch(() => []);
    for (const name of names) {
      const day = FILE.exec(name)?.[1];
      if (day !== undefined && day <= oldest) await rm(join(this.#folder, name), { force: true });
    }
  }

  /** Resolves when what was said is written. */
  async close(): Promise<void> {
    const file = this.#file;
    this.#file = null;
    this.#logger = null;
    if (file === null) return;
    await new Promise<void>((resolve) => {
      file.once('close', resolve);
      file.once('error', () => {
        resolve();
      });
      file.end();
    });
  }

  /** Null while the file cannot be opened: the relay goes on, and tries again for each line of a later second. */
  #today(): Logger | null {
    const now = this.#now();
    const day = dayOf(now);
    if (day === this.#day && (this.#logger !== null || now < this.#retryAt)) return this.#logger;
    // Yesterday's file ends by itself.
    void this.close();
    this.#day = day;
    try {
      mkdirSync(this.#folder, { recursive: true, mode: 0o700 });
      const fd = openSync(join(this.#folder, `${day}.jsonl`), 'a', 0o600);
      this.#file = destination({ fd, minLength: 4096, maxLength: MOST_BYTES, periodicFlush: FLUSH_MS, sync: false });
      // A disk that is full now: lines are lost, requests are not.
      this.#file.on('error', () => undefined);
      this.#logger = pino({ base: null, timestamp: stdTimeFunctions.isoTime }, this.#file);
    } catch {
      this.#retryAt = now + RETRY_MS;
    }
    return this.#logger;
  }
}

function dayOf(ms: number): string {
  return new Date(ms).toISOString().slice(0, 10);
}
