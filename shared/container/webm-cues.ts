/**
 * Where playing can start: offsets and times of clusters, at most `MAX_CUES`. When they are full, every second one
 * goes and from then on only every second one comes: the table stays small and even however long the recording.
 */
export const MAX_CUES = 20_000;

export class CueTable {
  #offsets = new Float64Array(64);
  #times = new Float64Array(64);
  #length = 0;
  #offered = 0;
  #stride = 1;
  #lastTime = -Infinity;

  get length(): number {
    return this.#length;
  }

  /** Byte offset in the recording. */
  offset(i: number): number {
    return this.#offsets[i] ?? 0;
  }

  /** In ticks of the timestamp scale. */
  time(i: number): number {
    return this.#times[i] ?? 0;
  }

  /** Takes a place unless it lies less than `spacing` ticks behind the one offered before. */
  offer(offset: number, time: number, spacing: number): void {
    if (time < this.#lastTime + spacing) return;
    this.#lastTime = time;
    if (this.#offered++ % this.#stride !== 0) return;
    if (this.#length === MAX_CUES) this.#thin();
    else if (this.#length === this.#offsets.length) this.#grow();
    this.#offsets[this.#length] = offset;
    this.#times[this.#length++] = time;
  }

  // MAX_CUES is even, so the place being added is one of those that stay.
  #thin(): void {
    this.#stride *= 2;
    this.#length /= 2;
    for (let i = 0; i < this.#length; i++) {
      this.#offsets[i] = this.offset(2 * i);
      this.#times[i] = this.time(2 * i);
    }
  }

  #grow(): void {
    const length = Math.min(2 * this.#length, MAX_CUES);
    const [offsets, times] = [new Float64Array(length), new Float64Array(length)];
    offsets.set(this.#offsets);
    times.set(this.#times);
    [this.#offsets, this.#times] = [offsets, times];
  }
}
