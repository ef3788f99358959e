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
  /** Objects that came back altered once, and those that did again. */
  readonly #repaired = new Set<ObjectId>();
  readonly #altered = new Set<ObjectId>();

  constructor(parts: CarrierParts) {
    this.#parts = parts;
  }

  /** There may be something new to carry, or the network is back. */
  wake(): void {
    this.#alarm.ring();
  }

  /** Resolves when the signal aborts or somebody has to sign in; a lock it outlasts. Never rejects. */
  async run(signal: AbortSignal): Promise<void> {
    let failures = 0;
    const isOver = (): boolean => signal.aborted;
    while (!isOver()) {
      this.#alarm.reset();
      const stuck = await this.#round(signal);
      if (isOver() || stuck?.code.startsWith('session/') === true) return;
      // Whoever unlocks wakes this.
      const rests = stuck === null || LOCKED.test(stuck.code);
      failures = rests ? 0 : failures + 1;
      const pause = rests ? Infinity : backOffMs(failures, stuck, () => this.#parts.random());
      await this.#alarm.wait(signal, pause);
    }
  }

  /** Null when nothing failed. Ends early when there may be something that should go first: what was just recorded. */
  async #round(signal: AbortSignal): Promise<SvjError | null> {
    let stuck: SvjError | null = null;
    try {
      const pending = await this.#pending();
      let waiting = pending.length;
      let waitingBytes = pending.reduce((sum, { cargo }) => sum + cargo.size, 0);
      const say = (under: number | null): void => {
        this.#parts.onState({ waiting, waitingBytes, under, stuck: stuck?.code ?? null });
      };
      for (const { cargo, known } of pending) {
        if (signal.aborted || this.#alarm.isRung) return stuck;
        try {
          if (!(await this.#carry(cargo, known, say, signal))) continue;
          waiting--;
          waitingBytes -= cargo.size;
        } catch (thrown) {
          stuck = toSvjError(thrown);
          if (ENDS_THE_ROUND.test(stuck.code)) {
            say(null);
            return stuck;
          }
          // One that the relay does not take, or that does not open here, keeps no other from going.
        }
      }
      // Answered by `absent`, which has the relay forget what came of it.
      for (const stray of await this.#parts.strays()) await this.#parts.send(stray, signal, () => undefined);
      say(null);
      return stuck;
    } catch (thrown) {
      return toSvjError(thrown);
    }
  }

  async #pending(): Promise<{ cargo: Cargo; known: Transfer | null }[]> {
    const { cargo, transfers } = this.#parts;
    const known = new Map((await transfers.all()).map((transfer) => [transfer.objectId, transfer]));
    return (await cargo())
      .map((item) => ({ cargo: item, known: known.get(item.objectId) ?? null }))
      .filter(({ known: transfer }) => transfer?.state !== 'verified');
  }

  /** Whether nothing more is to be done for it. */
  async #carry(
    { objectId, size }: Cargo,
    known: Transfer | null,
    say: (under: number) => void,
    signal: AbortSignal
  ): Promise<boolean> {
    const { transfers, send, verify, discard, onCarried, now } = this.#parts;
    if (known?.state !== 'backed-up') {
      // Sent twice it would be altered twice: what does that is asked again after the next unlock.
      if (this.#altered.has(objectId)) throw new SvjError('relay/damaged');
      say(0);
      const outcome = await send(objectId, signal, (sent, of) => say(of > 0 ? sent / of : 0));
      if (outcome === 'absent') return true;
      const sent = await transfers.get(objectId);
      if (sent !== null) onCarried(sent);
    }
    const outcome = await verify(objectId).catch((thrown: unknown) => {
      // To be read back after the next unlock: opening needs keys, sending does not.
      if (LOCKED.test(toSvjError(thrown).code)) return null;
      throw thrown;
    });
    if (outcome === null) return false;
    if (outcome === 'verified') {
      const transfer: Transfer = { objectId, state: 'verified', size, url: null, at: now() };
      await transfers.put(transfer);
      onCarried(transfer);
      return true;
    }
    // The device still has it, and sends it again: once.
    await transfers.remove(objectId);
    if (outcome === 'absent') throw new SvjError('store/absent');
    if (!this.#repaired.has(objectId)) {
      this.#repaired.add(objectId);
      await discard(objectId, signal);
    } else this.#altered.add(objectId);
    throw new SvjError('relay/damaged');
  }
}

const LOCKED = /^(?:vault\/locked|call\/worker-died)$/;

/** What is about the relay, the line or the journal, not about one object. */
const ENDS_THE_ROUND =
  /^(?:session\/|vault\/|call\/|relay\/(?:unreachable|too-many|busy)|upload\/over-quota|store\/(?:full|unavailable)|storage\/)/;
