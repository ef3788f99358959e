/**
 * Speaks with the relay: one method per deed, every answer validated before anybody sees it. What comes from there is
 * untrusted; whether it is ours is for the vault worker to prove.
 */
import { toBase64, type Bytes } from '#shared/bytes.ts';
import { SvjError } from '#shared/errors.ts';
import type { ObjectId } from '#shared/ids.ts';
import {
  BUCKETS_ANSWER,
  CONFIRMED_ANSWER,
  FEED_ANSWER,
  HEADS_ANSWER,
  PRELOGIN_ANSWER,
  RECORDS_ANSWER,
  SESSION_ANSWER,
  SESSIONS_ANSWER,
  STAGE_ANSWER,
  TICKET_ANSWER,
  TOTP_ANSWER,
  VAULT_ANSWER,
  WANTED_ANSWER,
  type Commit,
  type PassphraseChange,
  type Records,
  type SecondFactor,
  type SignIn,
  type SignUp
} from '#shared/protocol.ts';
import type { GenericSchema, InferOutput } from '#shared/schema.ts';
import { readExactly } from './exact-body.ts';
import { networkError, parseAnswer, requestRelay, type Fetch } from './relay-transport.ts';

/** What a ticket is for: an object of this length, or one that is being recorded and may grow so far. */
export type TicketFor = { readonly length: number } | { readonly maximum: number };

export class RelayClient {
  readonly #fetch: Fetch;

  /** @param fetch of the page's own origin: the policy of the app allows no other */
  constructor(fetch: Fetch) {
    this.#fetch = fetch;
  }

  prelogin(name: string, signal: AbortSignal) {
    return this.#ask('POST', '/prelogin', PRELOGIN_ANSWER, { signal, body: { name } });
  }

  /** Leads to a session that may set up a second factor and nothing else. */
  signUp(request: SignUp, signal: AbortSignal) {
    return this.#ask('POST', '/account', STAGE_ANSWER, { signal, body: request });
  }

  setUpTotp(signal: AbortSignal) {
    return this.#ask('POST', '/second-factor/totp', TOTP_ANSWER, { signal });
  }

  /** @throws `factor/wrong-code`, `account/unavailable` when the name is somebody's */
  confirmTotp(code: string, signal: AbortSignal) {
    return this.#ask('POST', '/second-factor/totp/confirm', CONFIRMED_ANSWER, { signal, body: { code } });
  }

  /** @throws `account/refused` */
  signIn(request: SignIn, signal: AbortSignal) {
    return this.#ask('POST', '/session', STAGE_ANSWER, { signal, body: request });
  }

  /** @throws `factor/wrong-code` */
  signInFully(factor: SecondFactor, signal: AbortSignal) {
    return this.#ask('POST', '/session/second-factor', STAGE_ANSWER, { signal, body: factor });
  }

  session(signal: AbortSignal) {
    return this.#ask('GET', '/session', SESSION_ANSWER, { signal });
  }

  async signOut(signal: AbortSignal): Promise<void> {
    await this.#send('DELETE', '/session', { signal });
  }

  sessions(signal: AbortSignal) {
    return this.#ask('GET', '/sessions', SESSIONS_ANSWER, { signal });
  }

  async endSession(sessionId: string, signal: AbortSignal): Promise<void> {
    await this.#send('DELETE', `/sessions/${sessionId}`, { signal });
  }

  /** @throws `account/refused`, `vault/conflict` */
  changePassphrase(change: PassphraseChange, signal: AbortSignal) {
    return this.#ask('POST', '/account/passphrase', FEED_ANSWER, { signal, body: change });
  }

  vault(signal: AbortSignal) {
    return this.#ask('GET', '/vault', VAULT_ANSWER, { signal });
  }

  heads(above: number, signal: AbortSignal) {
    return this.#ask('GET', `/vault/heads?above=${String(above)}`, HEADS_ANSWER, { signal });
  }

  /** Those that the relay has; at least one must be asked for. */
  buckets(numbers: readonly number[], signal: AbortSignal) {
    return this.#ask('GET', `/vault/buckets?only=${numbers.join(',')}`, BUCKETS_ANSWER, { signal });
  }

  changes(cursor: string, signal: AbortSignal) {
    return this.#ask('GET', `/records?after=${encodeURIComponent(cursor)}`, RECORDS_ANSWER, { signal });
  }

  /** Some of them, perhaps not all: one answer holds only so much. */
  wanted(entryIds: readonly string[], signal: AbortSignal) {
    return this.#ask('POST', '/records/wanted', WANTED_ANSWER, { signal, body: { entryIds } });
  }

  async stage(records: Records, signal: AbortSignal): Promise<void> {
    await this.#send('POST', '/records', { signal, body: records });
  }

  /** @throws `vault/conflict`, `vault/not-staged` */
  commit(commit: Commit, signal: AbortSignal) {
    return this.#ask('POST', '/vault/commit', FEED_ANSWER, { signal, body: commit });
  }

  /** Permission to upload an object once. @throws `upload/exists`, `upload/too-long`, `session/absent` */
  async ticket(objectId: ObjectId, size: TicketFor, signal: AbortSignal): Promise<string> {
    return (await this.#ask('POST', '/tickets', TICKET_ANSWER, { signal, body: { objectId, ...size } })).ticket;
  }

  /** Bytes of a complete object; null when the relay has none of this name. */
  async objectSize(objectId: ObjectId, signal: AbortSignal): Promise<number | null> {
    try {
      const { headers } = await this.#send('HEAD', `/objects/${objectId}`, { signal });
      const length = /^\d{1,15}$/.exec(headers.get('Content-Length') ?? '');
      if (length === null) throw new SvjError('relay/answer', 'Content-Length');
      return Number(length[0]);
    } catch (thrown) {
      if (thrown instanceof SvjError && thrown.code === 'http/not-found') return null;
      throw thrown;
    }
  }

  /**
   * Bytes `[from, to)` of an object, all of them and no more.
   * @throws `http/not-found`, `relay/answer` also for a range that ends behind the object
   */
  async objectRange(objectId: ObjectId, from: number, to: number, signal: AbortSignal): Promise<Bytes> {
    const range = `${String(from)}-${String(to - 1)}`;
    const request = { method: 'GET', signal, headers: { Range: `bytes=${range}` } };
    const response = await requestRelay(this.#fetch, `/api/objects/${objectId}`, request);
    const answered = response.headers.get('Content-Range') ?? '';
    if (response.status !== 206 || !answered.startsWith(`bytes ${range}/`)) {
      await response.body?.cancel().catch(() => undefined);
      throw new SvjError('relay/answer', 'Content-Range');
    }
    return readExactly(response, to - from);
  }

  /** @throws `http/not-found` */
  async deleteObject(objectId: ObjectId, signal: AbortSignal): Promise<void> {
    await this.#send('DELETE', `/objects/${objectId}`, { signal });
  }

  /** Where the feed stands, now and whenever it moves, until the connection ends. */
  async *feed(signal: AbortSignal): AsyncGenerator<number> {
    const response = await this.#send('GET', '/vault/feed', { signal });
    const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader();
    let rest = '';
    try {
      while (reader !== undefined) {
        const { done, value } = await reader.read().catch((thrown: unknown) => {
          throw networkError(thrown);
        });
        if (done) return;
        const events = (rest + value).split('\n\n');
        rest = events.pop() ?? '';
        for (const event of events) {
          // A line that begins with a colon only keeps the connection open.
          if (event.startsWith('data: ')) yield parseAnswer(FEED_ANSWER, event.slice('data: '.length)).feed;
        }
      }
    } finally {
      // Or the connection stays open, and a browser has few of them.
      await reader?.cancel().catch(() => undefined);
    }
  }

  async #ask<S extends GenericSchema>(
    method: string,
    path: string,
    schema: S,
    options: { signal: AbortSignal; body?: unknown }
  ): Promise<InferOutput<S>> {
    const response = await this.#send(method, path, options);
    return parseAnswer(
      schema,
      await response.text().catch((thrown: unknown) => {
        throw networkError(thrown);
      })
    );
  }

  async #send(
    method: string,
    path: string,
    { signal, body }: { signal: AbortSignal; body?: unknown }
  ): Promise<Response> {
    const json = { headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(body, bytesAsBase64) };
    return requestRelay(this.#fetch, `/api${path}`, { method, signal, ...(body === undefined ? {} : json) });
  }
}

/** JSON calls `toJSON` of what has one and then asks here: bytes have none. */
function bytesAsBase64(this: unknown, _key: string, value: unknown): unknown {
  return value instanceof Uint8Array ? toBase64(value) : value;
}
