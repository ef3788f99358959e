/** The longest time the page could not react, ms; 0 when it always could within 50 ms. */
export class LongTasks {
  #longest = 0;
  readonly #observer = new PerformanceObserver((list) => this.#take(list.getEntries()));

  constructor() {
    this.#observer.observe({ type: 'longtask' });
  }

  end(): number {
    this.#take(this.#observer.takeRecords());
    this.#observer.disconnect();
    return this.#longest;
  }

  #take(entries: PerformanceEntryList): void {
    for (const { duration } of entries) this.#longest = Math.max(this.#longest, duration);
  }
}
