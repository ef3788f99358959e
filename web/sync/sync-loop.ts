/**
 * Keeps this device in step with the relay: an exchange at its beginning, whenever it is woken (something was changed here)
 * and whenever the relay says that something was changed elsewhere. What fails is tried again, ever later.
 */
import { SvjError, toSvjError, type ErrorCode } from '#shared/errors.ts';
import type { EntryId } from '#shared/ids.ts';
import type { TakeInRefusal } from '#web/model/parcel.ts';
import { Alarm } from './alarm.ts';
import { backOffMs } from './back-off.ts';
import type { Exchanged } from './exchange.ts';

export type SyncState =
  | { readonly status: 'working' }
  | { readonly status: 'in-step' }
  /** Tried again by itself. */
  | { readonly status: 'waiting'; readonly code: ErrorCode }
  /** For somebody to sign in. */
  | { readonly status: 'signed-out' }
  /** The relay shows what an honest one cannot show. Nothing of it was taken. */
  | { readonly status: 'refused'; readonly why: TakeInRefusal };

export interface SyncParts {
  readonly exchange: (signal: AbortSignal) => Promise<Exchanged>;
  /** Yields whenever the relay has something new; ends when the connection does. */
  readonly feed: (signal: AbortSignal) => AsyncIterable<number>;
  readonly onState: (state: SyncState) => void;
  readonly onChanged: (changed: ReadonlySet<EntryId>) => void;
  /** From 0 to 1. */
  readonly random: () => number;
}

/** A feed that stood so long was a good one: after its end it is opened again soon. */
const LASTING_MS = 10_000;

export class SyncLoop {
  readonly #parts: SyncParts;
  readonly #alarm = new Alarm();

  constructor(parts: SyncParts) {
    this.#parts = parts;
  }

  /** Something was changed here, or the network is back. */
  wake(): void {
    this.#alarm.ring();
  }

  /** Resolves when the signal aborts, when somebody has to sign in, or when the relay was refused. Never rejects. */
  async run(signal: AbortSignal): Promise<void> {
    const inside = new AbortController();
    const ending = AbortSignal.any([signal, inside.signal]);
    const listening = this.#listen(ending);
    await this.#exchange(ending);
    inside.abort();
    await listening;
  }

  async #exchange(signal: AbortSignal): Promise<void> {
    const { exchange, onState, onChanged, random } = this.#parts;
    let failures = 0;
    const isOver = (): boolean => signal.aborted;
    while (!isOver()) {
      this.#alarm.reset();
      onState({ status: 'working' });
      try {
        const exchanged = await exchange(signal);
        if (exchanged.outcome === 'refused') {
          onState({ status: 'refused', why: exchanged.why });
          return;
        }
        failures = 0;
        if (exchanged.changed.size > 0) onChanged(exchanged.changed);
        onState({ status: 'in-step' });
        await this.#alarm.wait(signal);
      } catch (thrown) {
        const error = toSvjError(thrown);
        const { code } = error;
        if (isOver() || code === 'vault/locked' || code === 'call/worker-died') return;
        if (code.startsWith('session/')) {
          onState({ status: 'signed-out' });
          return;
        }
        onState({ status: 'waiting', code });
        await this.#alarm.wait(signal, backOffMs(++failures, error, random));
      }
    }
  }

  async #listen(signal: AbortSignal): Promise<void> {
    const pause = new Alarm();
    let failures = 0;
    let known = 0;
    while (!signal.aborted) {
      const began = performance.now();
      try {
        for await (const at of this.#parts.feed(signal)) {
          // Every feed begins with where it stands, which may be nothing new.
          if (at > known) this.wake();
          known = Math.max(known, at);
        }
      } catch (thrown) {
        // The exchange meets the same, and says so; it has no reason to ask when the session ends.
        if (toSvjError(thrown).code.startsWith('session/')) this.wake();
      }
      failures = performance.now() - began > LASTING_MS ? 1 : failures + 1;
      await pause.wait(signal, backOffMs(failures, new SvjError('relay/unreachable'), this.#parts.random));
    }
  }
}
