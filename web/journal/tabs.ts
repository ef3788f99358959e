/** What the app's tabs tell each other. Never content, never a key. */

export type TabMessage =
  /** Lock now, all together. */
  | { readonly type: 'lock' }
  /** Entries, settings or the vault itself changed on disk. */
  | { readonly type: 'changed' }
  /** The person is using the app in some tab. */
  | { readonly type: 'active' };

const CHANNEL = 'svj';
const TYPES: readonly string[] = ['lock', 'changed', 'active'] satisfies TabMessage['type'][];

export class Tabs {
  #channel: BroadcastChannel | null = null;

  /** Only well-formed messages reach `receive`. A channel does not hear itself. */
  open(receive: (message: TabMessage) => void): void {
    this.#open().onmessage = ({ data }: MessageEvent<unknown>) => {
      if (isTabMessage(data)) receive(data);
    };
  }

  tell(message: TabMessage): void {
    this.#open().postMessage(message);
  }

  /** Also to tell something before anything is heard: a window may be opened only to lock the others. */
  #open(): BroadcastChannel {
    return (this.#channel ??= new BroadcastChannel(CHANNEL));
  }

  close(): void {
    this.#channel?.close();
    this.#channel = null;
  }
}

function isTabMessage(data: unknown): data is TabMessage {
  return typeof data === 'object' && data !== null && 'type' in data && TYPES.includes(data.type as string);
}
