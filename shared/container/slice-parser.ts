/** Runs the parser of a container over slices, and keeps apart what is foreign from what is damaged later on. */
import { SvjError } from '#shared/errors.ts';
import { SliceReader } from './slice-reader.ts';

/** Yields whenever it needs more bytes than there are; returns where the container ends. */
export type Steps = Generator<undefined, void>;

export type ParserState = 'reading' | 'ended' | 'damaged' | 'foreign';

export class SliceParser {
  readonly #reader = new SliceReader();
  readonly #steps: Steps;
  readonly #playable: () => boolean;
  #state: ParserState = 'reading';
  #failure: SvjError | null = null;
  #received = 0;

  /** `playable` tells whether something was indexed, which later damage must not take away. */
  constructor(parse: (reader: SliceReader) => Steps, playable: () => boolean) {
    this.#steps = parse(this.#reader);
    this.#playable = playable;
  }

  get state(): ParserState {
    return this.#state;
  }

  /** Bytes appended so far. */
  get received(): number {
    return this.#received;
  }

  /** @throws `media/foreign` */
  append(slice: Uint8Array): void {
    if (this.#failure !== null) throw this.#failure;
    this.#received += slice.length;
    if (this.#state !== 'reading') return;
    try {
      this.#reader.offer(slice);
      if (this.#steps.next().done === true) this.#state = 'ended';
      this.#reader.hold();
    } catch (thrown) {
      if (!(thrown instanceof SvjError)) throw thrown;
      this.#state = this.#playable() ? 'damaged' : 'foreign';
      if (this.#state === 'damaged') return;
      this.#failure = thrown;
      throw thrown;
    }
  }
}
