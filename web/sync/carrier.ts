/**
 * Brings what lies on this device to the relay and has it read back: pictures before recordings, new before old. Works in
 * the background of everything; whatever ends it, the next round goes on.
 */
import { SvjError, toSvjError, type ErrorCode } from '#shared/errors.ts';
import type { ObjectId } from '#shared/ids.ts';
import { Alarm } from './alarm.ts';
import { backOffMs } from './back-off.ts';
import type { Transfer, Transfers } from './transfers.ts';

/** An object that should be on the relay. */
export interface Cargo {
  readonly objectId: ObjectId;
  /** Sealed, in bytes. */
  readonly size: number;
}

export interface CarrierState {
  /** Objects that are not yet there. */
  readonly waiting: number;
  /** Bytes of them. */
  readonly waitingBytes: number;
  /** How much of the one under way is there, 0 to 1; null when none is. */
  readonly under: number | null;
  /** Why nothing goes on for now; tried again by itself. */
  readonly stuck: ErrorCode | null;
}

export interface CarrierParts {
  /** What lies here, in the order in which it should go. */
  readonly cargo: () => Promise<readonly Cargo[]>;
  /** Begun, and nothing of this device any more: a recording that was cut off lies under another name now. */
  readonly strays: () => Promise<readonly ObjectId[]>;
  readonly transfers: Transfers;
  readonly send: (
    objectId: ObjectId,
    signal: AbortSignal,
    progress: (sent: number, size: number) => void
  ) => Promise<'backed-up' | 'absent'>;
  /** Reads it back and opens it. */
  readonly verify: (objectId: ObjectId) => Promise<'verified' | 'absent' | 'damaged'>;
  /** Has the relay forget it: what is there does not open. */
  readonly discard: (objectId: ObjectId, signal: AbortSignal) => Promise<unknown>;
  readonly onState: (state: CarrierState) => void;
  /** An object reached another state. */
  readonly onCarried: (transfer: Transfer) => void;
  readonly now: () => number;
  /** From 0 to 1. */
  readonly random: () => number;
}

export class Carrier {
  readonly #parts: CarrierParts;
  readonly #alarm = new Alarm();

  constructor(parts: CarrierParts) {
    this.#parts = parts;
  }

  /** There may be something new to carry, or the network is back. */
  wake(): void {
    this.#alarm.ring();
  }

  /** Resolves when the signal aborts or somebody has to sign in. Never rejects. */
  async run(signal: AbortSignal): Promise<void> {
    let failures = 0;
    const isOver = (): boolean => signal.aborted;
    while (!isOver()) {
      this.#alarm.reset();
      const stuck = await this.#round(signal);
      if (isOver() || stuck === 'vault/locked' || stuck?.startsWith('session/') === true) return;
      failures = stuck === null ? 0 : failures + 1;
      await this.#alarm.wait(
        signal,
        stuck === null ? Infinity : backOffMs(failures, new SvjError(stuck), () => this.#parts.random())
      );
    }
  }

  /** Null when all is there and was read back. */
  async #round(signal: AbortSignal): Promise<ErrorCode | null> {
    let stuck: ErrorCode | null = null;
    try {
      const pending = await this.#pending();
      for (const [index, { cargo, known }] of pending.entries()) {
        if (signal.aborted) return null;
        const left = pending.slice(index).map((later) => later.cargo);
        try {
          await this.#carry(cargo, known, left, signal);
        } catch (thrown) {
          const { code } = toSvjError(thrown);
          // One that the relay does not take keeps no other from going.
          if (!ITS_OWN.has(code)) throw thrown;
          stuck = code;
        }
      }
      // Answered by `absent`, which has the relay forget what came of it.
      for (const stray of await this.#parts.strays()) await this.#parts.send(stray, signal, () => undefined);
      const left = (await this.#pending()).map(({ cargo }) => cargo);
      this.#say(left, null, stuck);
      return stuck;
    } catch (thrown) {
      const { code } = toSvjError(thrown);
      if (!signal.aborted) {
        const left = await this.#pending().catch(() => []);
        this.#say(
          left.map(({ cargo }) => cargo),
          null,
          code
        );
      }
      return code;
    }
  }

  async #pending(): Promise<{ cargo: Cargo; known: Transfer | null }[]> {
    const { cargo, transfers } = this.#parts;
    const known = new Map((await transfers.all()).map((transfer) => [transfer.objectId, transfer]));
    return (await cargo())
      .map((item) => ({ cargo: item, known: known.get(item.objectId) ?? null }))
      .filter(({ known: transfer }) => transfer?.state !== 'verified');
  }

  async #carry(cargo: Cargo, known: Transfer | null, left: readonly Cargo[], signal: AbortSignal): Promise<void> {
    const { transfers, send, verify, discard, onCarried, now } = this.#parts;
    const { objectId, size } = cargo;
    if (known?.state !== 'backed-up') {
      this.#say(left, 0, null);
      const outcome = await send(objectId, signal, (sent, of) => this.#say(left, of > 0 ? sent / of : 0, null));
      if (outcome === 'absent') return;
      const sent = await transfers.get(objectId);
      if (sent !== null) onCarried(sent);
    }
    const outcome = await verify(objectId);
    if (outcome === 'verified') {
      const transfer: Transfer = { objectId, state: 'verified', size, url: null, at: now() };
      await transfers.put(transfer);
      onCarried(transfer);
      return;
    }
    // The device still has it, and sends it again.
    if (outcome === 'damaged') await discard(objectId, signal);
    await transfers.remove(objectId);
    throw new SvjError(outcome === 'absent' ? 'store/absent' : 'seal/damaged');
  }

  #say(left: readonly Cargo[], under: number | null, stuck: ErrorCode | null): void {
    const waitingBytes = left.reduce((sum, { size }) => sum + size, 0);
    this.#parts.onState({ waiting: left.length, waitingBytes, under, stuck });
  }
}

/** What is about one object, not about the relay. */
const ITS_OWN: ReadonlySet<ErrorCode> = new Set<ErrorCode>([
  'upload/too-long',
  'upload/over-quota',
  'upload/length',
  'store/absent',
  'seal/damaged',
  'object/absent',
  'object/busy'
]);
