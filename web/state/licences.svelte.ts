/** The licences of everything the app is built from, listed by the build. */
export interface Licence {
  readonly name: string;
  readonly version: string;
  readonly licence: string;
  readonly text: string;
}

const LIST_URL = '/licences.json';

class Licences {
  #list = $state.raw<readonly Licence[]>([]);
  #failed = $state(false);

  get list(): readonly Licence[] {
    return this.#list;
  }

  get failed(): boolean {
    return this.#failed;
  }

  /** Never rejects. */
  async load(): Promise<void> {
    if (this.#list.length > 0) return;
    try {
      const response = await fetch(LIST_URL);
      if (!response.ok) throw new TypeError('no list');
      this.#list = (await response.json()) as readonly Licence[];
      this.#failed = false;
    } catch {
      this.#failed = true;
    }
  }
}

export const licences = new Licences();
