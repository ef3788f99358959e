/** One route of the API: its place, who may call it, what it takes and what it does. The table of them is data. */
import type { SessionStage } from '#server/db/schema.ts';
import { SvjError } from '#shared/errors.ts';
import type { GenericSchema, InferOutput } from '#shared/schema.ts';

/** Who calls: a session that lives, or nobody. */
export interface Caller {
  readonly accountId: string;
  readonly sessionId: string;
  readonly stage: SessionStage;
  readonly deviceId: string;
}

export interface Call<Body = undefined> {
  readonly body: Body;
  /** Null on open routes only. */
  readonly caller: Caller | null;
  /** Values of the `:names` in the path. */
  readonly params: Readonly<Record<string, string>>;
  readonly query: Readonly<Record<string, string>>;
  /** Block of the client's address, for limits. */
  readonly address: string;
  readonly signal: AbortSignal;
}

export interface Answer {
  readonly status?: 200 | 201 | 204;
  readonly json?: unknown;
  /** A new session token for the cookie; null takes the cookie away. */
  readonly token?: string | null;
}

export interface Route {
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  /** Below `/api`. */
  readonly path: string;
  /** Stages of a session that may call it; `open` is for nobody in particular. */
  readonly access: 'open' | readonly SessionStage[];
  /** Null takes no body. */
  readonly body: GenericSchema | null;
  /** Bytes of the body. */
  readonly maxBytes: number;
  /** Asked before the body is read, so that what is refused costs nothing. @throws {TooMany} */
  admit(call: Admission): Promise<void>;
  handle(call: Call<never>): Promise<Answer | Response>;
}

/** What is known of a call before its body is read. */
export type Admission = Pick<Call, 'caller' | 'address'>;

interface RouteOptions<S extends GenericSchema | null> {
  readonly access: Route['access'];
  readonly body: S;
  readonly maxBytes?: number;
  readonly admit?: Route['admit'];
}

const SMALL_BODY = 64 * 1024;

/** Ties the type of the body to its schema. */
export function route<S extends GenericSchema | null>(
  place: `${Route['method']} /${string}`,
  { access, body, maxBytes = SMALL_BODY, admit = () => Promise.resolve() }: RouteOptions<S>,
  handle: (call: Call<S extends GenericSchema ? InferOutput<S> : undefined>) => Promise<Answer | Response>
): Route {
  const [method, path] = place.split(' ') as [Route['method'], string];
  return { method, path, access, body, maxBytes, admit, handle };
}

/** The caller of a route that is not open. */
export function callerOf({ caller }: Pick<Call, 'caller'>): Caller {
  if (caller === null) throw new Error('An open route has no caller.');
  return caller;
}

/** A refusal that says when to come again. */
export class TooMany extends SvjError {
  /** Whole seconds. */
  readonly retryAfter: number;

  constructor(waitMs: number) {
    super('relay/too-many');
    this.retryAfter = Math.max(1, Math.ceil(waitMs / 1000));
  }
}
