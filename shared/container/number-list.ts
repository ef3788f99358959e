/** Numbers in a typed array grown by doubling; and the same run-length encoded, as stts and ctts keep them. */
export class NumberList {
  #items: Uint32Array | Float64Array;
  #length = 0;

  constructor(kind: 'u32' | 'f64') {
    this.#items = kind === 'u32' ? new Uint32Array(16) : new Float64Array(16);
  }

  get length(): number {
    return this.#length;
  }

  at(i: number): number {
    return this.#items[i] ?? 0;
  }

  push(value: number): void {
    if (this.#length === this.#items.length) {
      const larger =
        this.#items instanceof Uint32Array ? new Uint32Array(2 * this.#length) : new Float64Array(2 * this.#length);
      larger.set(this.#items);
      this.#items = larger;
    }
    this.#items[this.#length++] = value;
  }

  set(i: number, value: number): void {
    this.#items[i] = value;
  }

  pop(): void {
    this.#length--;
  }
}

export class RunList {
  readonly #counts = new NumberList('u32');
  readonly #values = new NumberList('f64');

  /** Number of runs. */
  get length(): number {
    return this.#counts.length;
  }

  count(i: number): number {
    return this.#counts.at(i);
  }

  value(i: number): number {
    return this.#values.at(i);
  }

  push(value: number): void {
    const last = this.length - 1;
    if (last >= 0 && this.value(last) === value) this.#counts.set(last, this.count(last) + 1);
    else {
      this.#counts.push(1);
      this.#values.push(value);
    }
  }

  /** The smallest value; 0 before there is one. */
  get least(): number {
    let least = Infinity;
    for (let i = 0; i < this.length; i++) least = Math.min(least, this.value(i));
    return this.length === 0 ? 0 : least;
  }

  /** The value pushed last; 0 before there is one. */
  get last(): number {
    return this.length === 0 ? 0 : this.value(this.length - 1);
  }

  clone(): RunList {
    const copy = new RunList();
    for (let i = 0; i < this.length; i++) {
      copy.#counts.push(this.count(i));
      copy.#values.push(this.value(i));
    }
    return copy;
  }

  replaceLast(value: number): void {
    const last = this.length - 1;
    if (last < 0) return;
    if (this.count(last) === 1) {
      this.#counts.pop();
      this.#values.pop();
    } else this.#counts.set(last, this.count(last) - 1);
    this.push(value);
  }
}
