/**
 * Speaks with the relay: one method per deed, every answer validated before anybody sees it. What comes from there is
 * untrusted; whether it is ours is for the vault worker to prove.
 */
import { toBase64 } from '#shared/bytes.ts';
import { ERRORS, isErrorCode, SvjError, toSvjError, type ErrorCode } from '#shared/errors.ts';
import {
  BUCKETS_ANSWER,
  CONFIRMED_ANSWER,
  ERROR_ANSWER,
  FEED_ANSWER,
  HEADS_ANSWER,
  PRELOGIN_ANSWER,
  RECORDS_ANSWER,
  SESSION_ANSWER,
  SESSIONS_ANSWER,
  STAGE_ANSWER,
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
import { validate, type GenericSchema, type InferOutput } from '#shared/schema.ts';

/** As the browser has it; `credentials` and `cache` are set by the client. */
type Fetch = (path: string, init: RequestInit) => Promise<Response>;

/** Which failures of the relay an app can be told: none that is about the device itself. */
const TOLD = /^(?:account|session|factor|relay|store|ticket|upload|http)\/|^vault\/(?:conflict|not-staged)$/;

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

  /** Where the feed stands, now and whenever it moves, until the connection ends. */
  async *feed(signal: AbortSignal): AsyncGenerator<number> {
    const response = await this.#send('GET', '/vault/feed', { signal });
    const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader();
    let rest = '';
    try {
      while (reader !== undefined) {
        const { done, value } = await reader.read().catch((thrown: unknown) => {
          throw named(thrown);
        });
        if (done) return;
        const events = (rest + value).split('\n\n');
        rest = events.pop() ?? '';
        for (const event of events) {
          // A line that begins with a colon only keeps the connection open.
          if (event.startsWith('data: ')) yield parse(FEED_ANSWER, event.slice('data: '.length)).feed;
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
    return parse(
      schema,
      await response.text().catch((thrown: unknown) => {
        throw named(thrown);
      })
    );
  }

  /** @throws the code that the relay names, `relay/unreachable`, `relay/answer`, `call/aborted` */
  async #send(
    method: string,
    path: string,
    { signal, body }: { signal: AbortSignal; body?: unknown }
  ): Promise<Response> {
    const init: RequestInit = { method, signal, cache: 'no-store', credentials: 'same-origin', redirect: 'error' };
    if (body !== undefined) {
      init.headers = { 'Content-Type': 'application/json' };
      init.body = JSON.stringify(body, bytesAsBase64);
    }
    const response = await this.#fetch(`/api${path}`, init).catch((thrown: unknown) => {
      throw named(thrown);
    });
    if (response.ok) return response;
    throw new SvjError(await codeOf(response), String(response.status));
  }
}

/** JSON calls `toJSON` of what has one and then asks here: bytes have none. */
function bytesAsBase64(this: unknown, _key: string, value: unknown): unknown {
  return value instanceof Uint8Array ? toBase64(value) : value;
}

/** A network that fails says no more than that. */
function named(thrown: unknown): SvjError {
  const error = toSvjError(thrown);
  return error.code === 'call/aborted' ? error : new SvjError('relay/unreachable', undefined, thrown);
}

/** @throws `relay/answer` */
function parse<S extends GenericSchema>(schema: S, text: string): InferOutput<S> {
  try {
    return validate(schema, JSON.parse(text));
  } catch (cause) {
    throw new SvjError('relay/answer', cause instanceof SvjError ? cause.detail : 'json', cause);
  }
}

/** What a refusal is called; a proxy in between, or a relay that lies, gets no further than `relay/…`. */
async function codeOf(response: Response): Promise<ErrorCode> {
  try {
    const { code } = parse(ERROR_ANSWER, await response.text());
    if (isErrorCode(code) && TOLD.test(code) && ERRORS[code].status === response.status) return code;
  } catch {
    // No answer of ours: named by its status below.
  }
  if (response.status === 429) return 'relay/too-many';
  return response.status >= 500 ? 'relay/unreachable' : 'relay/answer';
}
