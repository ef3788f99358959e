/** Fails the N-th storage operation, for N = 1, 2, … until a run passes without a fault. */
import { SvjError } from '#shared/errors.ts';

/** `refused`: the operation does not happen. `lost`: it happens, and nobody hears of it. */
export type FaultKind = 'refused' | 'lost';

export class Faults {
  #failAt = 0;
  #kind: FaultKind = 'refused';
  #count = 0;
  #struck = false;

  /** Whether the armed fault has happened. */
  get struck(): boolean {
    return this.#struck;
  }

  /** Operations since it was armed. */
  get count(): number {
    return this.#count;
  }

  /** @param failAt counted from 1, from now on */
  arm(failAt: number, kind: FaultKind = 'refused'): void {
    this.#failAt = failAt;
    this.#kind = kind;
    this.#count = 0;
    this.#struck = false;
  }

  disarm(): void {
    this.#failAt = 0;
  }

  /** Runs one storage operation, or fails it when its turn has come. @throws `storage/quota` */
  run<T>(operation: () => T): T {
    const isFirst = !this.#struck;
    if (!this.#strikes()) return operation();
    if (isFirst && this.#kind === 'lost') operation();
    throw new SvjError('storage/quota', 'fault');
  }

  #strikes(): boolean {
    // Once struck, everything fails: the worker is as good as dead until the test disarms it.
    if (this.#failAt === 0) return false;
    this.#count++;
    this.#struck ||= this.#count >= this.#failAt;
    return this.#struck;
  }
}
