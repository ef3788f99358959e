/** Fails the N-th storage operation, for N = 1, 2, … until a run passes without a fault. */
export class Faults {
  readonly #failAt: number;
  #count = 0;
  struck = false;

  /** @param failAt counted from 1 */
  constructor(failAt: number) {
    this.#failAt = failAt;
  }

  /** Counts the operation; true when it is the one that fails. */
  strikes(): boolean {
    this.#count++;
    if (this.#count !== this.#failAt) return false;
    this.struck = true;
    return true;
  }
}
