/**
 * A reader of a whole vault, written from FORMAT.md alone and sharing no line with the product: what is stored can be
 * opened by whoever has the page and the passphrase key, or one of the two is wrong.
 */
type Bytes = Uint8Array<ArrayBuffer>;

export interface PageHeader {
  readonly kind: number;
  readonly epoch: number;
  readonly revision: number;
  readonly object: string;
  readonly part?: number;
  readonly parent?: string;
}

const NONE = '00'.repeat(32);
const HEAD = 166;
const SEGMENT = 65_536;
const NOT_LAST = 0xffff_ffff;

const hex = (text: string): Bytes => Uint8Array.from(text.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16));
const be = (value: number, length: number): Bytes => hex(value.toString(16).padStart(2 * length, '0'));
const ascii = (text: string): Bytes => Uint8Array.from(text, (letter) => letter.charCodeAt(0));
const join = (...parts: Bytes[]): Bytes => Uint8Array.from(parts.flatMap((part) => [...part]));
const isSame = (a: Bytes, b: Bytes): boolean => String([...a]) === String([...b]);
const utf8Of = (bytes: Bytes): string => new TextDecoder().decode(bytes);

export async function sha(bytes: Bytes): Promise<string> {
  const hash = new Uint8Array(await crypto.subtle.digest('SHA-256', bytes));
  return Array.from(hash, (byte) => byte.toString(16).padStart(2, '0')).join('');
}

/** Section 1. */
async function hkdf(key: Bytes, salt: string, info: string, ...more: Bytes[]): Promise<Bytes> {
  const base = await crypto.subtle.importKey('raw', key, 'HKDF', false, ['deriveBits']);
  const how = { name: 'HKDF', hash: 'SHA-256', salt: hex(salt), info: join(ascii(info), ...more) };
  return new Uint8Array(await crypto.subtle.deriveBits(how, base, 256));
}

async function hmac384(key: Bytes, message: Bytes): Promise<Bytes> {
  const handle = await crypto.subtle.importKey('raw', key, { name: 'HMAC', hash: 'SHA-384' }, false, ['sign']);
  return new Uint8Array(await crypto.subtle.sign('HMAC', handle, message));
}

/** Sections 2 to 4: the plaintext of a whole object. @throws where the page says to refuse */
export async function opened(key: Bytes, vault: string, header: PageHeader, object: Bytes): Promise<Bytes> {
  const { kind, epoch, revision } = header;
  const aad = join(
    ...[ascii('SVJ1'), be(1, 2), be(kind, 1), be(0, 1), be(epoch, 4), be(revision, 8), hex(vault), hex(header.object)],
    ...[be(header.part ?? 0, 8), hex(header.parent ?? NONE)]
  );
  if (!isSame(object.subarray(0, 92), aad)) throw new Error(`another header than the page's: kind ${kind}`);
  const context = object.subarray(92, 134);
  const expand = (from: Bytes, ...info: Bytes[]): Promise<Bytes> =>
    hmac384(from, join(context, ...info, aad, be(1, 1)));
  const tag = (await expand(key, ascii('HEADER_TAG:'))).subarray(0, 32);
  if (!isSame(tag, object.subarray(134, HEAD))) throw new Error('wrong key');
  const message = await expand(key, ascii('MESSAGE_KEY:'));
  const segmentKey = (await expand(message, ascii('DEK:'), be(0, 8))).slice(0, 32);
  const gcm = await crypto.subtle.importKey('raw', segmentKey, 'AES-GCM', false, ['decrypt']);
  const parts: Bytes[] = [];
  for (let index = 0; ; index++) {
    const segment = object.subarray(HEAD + index * SEGMENT, HEAD + (index + 1) * SEGMENT);
    const last = segment.length < SEGMENT;
    if (!isSame(segment.subarray(0, 4), be(last ? segment.length : NOT_LAST, 4))) throw new Error('length word');
    const additionalData = join(be(index, 8), be(last ? 1 : 0, 1));
    const how = { name: 'AES-GCM', iv: segment.subarray(4, 16), additionalData };
    parts.push(new Uint8Array(await crypto.subtle.decrypt(how, gcm, segment.subarray(16))));
    if (last) return join(...parts);
  }
}

/** Section 6, without the check of the length. */
export function unpadded(plaintext: Bytes): Bytes {
  const end = plaintext.lastIndexOf(0x80);
  if (end < 0 || plaintext.subarray(end + 1).some((byte) => byte !== 0)) throw new Error('padding');
  return plaintext.slice(0, end);
}

/** Section 7.2. */
export async function openedJson(key: Bytes, vault: string, header: PageHeader, sealed: Bytes): Promise<unknown> {
  return JSON.parse(utf8Of(unpadded(await opened(key, vault, header, sealed))));
}

/** Section 10. */
export function unframed(framed: Bytes): { json: unknown; bytes: Bytes } {
  const end = 4 + new DataView(framed.buffer, framed.byteOffset).getUint32(0);
  return { json: JSON.parse(utf8Of(framed.subarray(4, end))), bytes: framed.slice(end) };
}

/** What a slot is stored as (section 8, "Reading a vault"). */
export interface PageSlot {
  readonly slotId: string;
  readonly kdf: Bytes;
  readonly wrap: Bytes;
}

/** The vault's inbox pair as it is stored. */
export interface PageInbox {
  readonly number: number;
  readonly publicKey: Bytes;
  readonly privateKey: Bytes;
}

/** Section 5: what a passphrase key opens. */
export class PageKeys {
  readonly vault: string;
  readonly #vaultKey: Bytes;

  private constructor(vault: string, vaultKey: Bytes) {
    this.vault = vault;
    this.#vaultKey = vaultKey;
  }

  static async open(passphraseKey: Bytes, vault: string, slot: PageSlot): Promise<PageKeys> {
    const header = { kind: 0x01, epoch: 0, revision: 1, object: slot.slotId, parent: await sha(slot.kdf) };
    const kek = await hkdf(passphraseKey, vault, 'svj1/kek/passphrase');
    return new PageKeys(vault, await opened(kek, vault, header, slot.wrap));
  }

  head(): Promise<Bytes> {
    return hkdf(this.#vaultKey, this.vault, 'svj1/head');
  }

  local(): Promise<Bytes> {
    return hkdf(this.#vaultKey, this.vault, 'svj1/local');
  }

  /** Section 11.3: the entry key of what was put into the inbox. */
  async inboxEntry(entryId: string, pair: PageInbox, stored: Bytes): Promise<PageEntry> {
    const place = { kind: 0x06, epoch: 0, revision: pair.number, object: this.vault };
    const pkcs8 = await opened(await this.local(), this.vault, place, pair.privateKey);
    const curve = { name: 'ECDH', namedCurve: 'P-256' };
    const own = await crypto.subtle.importKey('pkcs8', pkcs8, curve, false, ['deriveBits']);
    const ephemeral = stored.slice(0, 65);
    const other = await crypto.subtle.importKey('raw', ephemeral, curve, false, []);
    const shared = new Uint8Array(await crypto.subtle.deriveBits({ name: 'ECDH', public: other }, own, 256));
    const key = await hkdf(shared, await sha(join(ephemeral, pair.publicKey)), 'svj1/inbox', hex(this.vault));
    const header = { kind: 0x11, epoch: 0, revision: 1, object: entryId };
    return new PageEntry(this.vault, entryId, 0, await opened(key, this.vault, header, stored.slice(65)));
  }

  /** The key of an entry from its wrap. */
  async entry(entryId: string, epoch: number, wrap: Bytes): Promise<PageEntry> {
    const key = await hkdf(this.#vaultKey, this.vault, 'svj1/entry-wrap', be(epoch, 4));
    const header = { kind: 0x10, epoch, revision: 1, object: entryId };
    return new PageEntry(this.vault, entryId, epoch, await opened(key, this.vault, header, wrap));
  }
}

/** An entry whose key is there. */
export class PageEntry {
  readonly #vault: string;
  readonly #id: string;
  readonly #epoch: number;
  readonly #key: Bytes;

  constructor(vault: string, id: string, epoch: number, key: Bytes) {
    this.#vault = vault;
    this.#id = id;
    this.#epoch = epoch;
    this.#key = key;
  }

  /** Sections 7.3 to 7.5. */
  async record(revision: number, parent: string | null, sealed: Bytes): Promise<unknown> {
    const header = { kind: 0x30, epoch: this.#epoch, revision, object: this.#id, ...(parent ? { parent } : {}) };
    return openedJson(await hkdf(this.#key, this.#id, 'svj1/record'), this.#vault, header, sealed);
  }

  async object(kind: number, id: string, sealed: Bytes): Promise<Bytes> {
    const parent = await sha(hex(this.#id));
    const header = { kind, epoch: this.#epoch, revision: 1, object: id, parent };
    return opened(await this.#blobKey(kind, id), this.#vault, header, sealed);
  }

  /** Section 9. */
  async tail(recording: string, segments: number, counter: number, slot: Bytes): Promise<Bytes> {
    const key = await hkdf(await this.#blobKey(0x20, recording), recording, 'svj1/tail');
    const header = { kind: 0x60, epoch: this.#epoch, revision: segments, object: recording, part: counter };
    const length = HEAD + new DataView(slot.buffer, slot.byteOffset).getUint32(HEAD);
    return opened(key, this.#vault, header, slot.subarray(0, length));
  }

  #blobKey(kind: number, id: string): Promise<Bytes> {
    return hkdf(this.#key, id, 'svj1/blob/', be(kind, 1));
  }
}
