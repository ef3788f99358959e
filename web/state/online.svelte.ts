/** Whether the browser believes it has a network. Nothing in the journal needs one. */
class Online {
  #now = $state(true);

  constructor() {
    this.#now = navigator.onLine;
    addEventListener('online', () => (this.#now = true));
    addEventListener('offline', () => (this.#now = false));
  }

  get now(): boolean {
    return this.#now;
  }
}

export const online = new Online();
