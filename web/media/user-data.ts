/**
 * Removes "supplemental enhancement information" that carries user data from H.264 and HEVC packets: camcorders write
 * time, place and model there, inside the picture data, where no container tag shows it.
 */

export type NalCodec = 'avc' | 'hevc';

/** ISO/IEC 14496-10 D.1: registered (4) and unregistered (5) user data. */
const USER_DATA = new Set([4, 5]);

/** Prefix and suffix units of supplemental information, ITU-T H.265 table 7-1. */
const HEVC_SEI = new Set([39, 40]);

/** Bytes of the length field before each unit, from the codec's configuration record; null when there is none. */
export function nalLengthSize(codec: NalCodec, description: AllowSharedBufferSource | undefined): number | null {
  if (description === undefined) return null;
  const field = viewOf(description)[codec === 'avc' ? 4 : 21];
  return field === undefined ? null : (field & 3) + 1;
}

export function viewOf(source: AllowSharedBufferSource): Uint8Array {
  return ArrayBuffer.isView(source)
    ? new Uint8Array(source.buffer, source.byteOffset, source.byteLength)
    : new Uint8Array(source);
}

/** A unit inside its packet: from `begin` with what announces it, from `from` by itself, up to `to`. */
interface Unit {
  readonly begin: number;
  readonly from: number;
  readonly to: number;
}

/**
 * The packet without units that hold user data and without what is no unit at all, which no player reads either: empty
 * when nothing else is in it, the same packet when there is nothing to remove.
 * @param lengthSize see {@link nalLengthSize}; null where start codes part the units, as in a transport stream
 */
export function withoutUserData(packet: Uint8Array, codec: NalCodec, lengthSize: number | null): Uint8Array {
  const kept: Uint8Array[] = [];
  for (const { begin, from, to } of unitsOf(packet, lengthSize)) {
    if (to > from && !holdsUserData(packet.subarray(from, to), codec)) kept.push(packet.subarray(begin, to));
  }
  return joinedOr(packet, kept);
}

/** Some writers put start codes into files that promise lengths, and players take them as what they are. */
function unitsOf(packet: Uint8Array, lengthSize: number | null): Iterable<Unit> {
  if (lengthSize === null) return unitsByStartCode(packet);
  const units = [...unitsByLength(packet, lengthSize)];
  const isWhole = units.at(-1)?.to === packet.length;
  return !isWhole && startsWithCode(packet) ? unitsByStartCode(packet) : units;
}

function startsWithCode(packet: Uint8Array): boolean {
  const one = packet.indexOf(1);
  return (one === 2 || one === 3) && packet.subarray(0, one).every((byte) => byte === 0);
}

/** ISO/IEC 14496-15 5.3.2. Ends before a unit that announces more than the packet holds. */
function* unitsByLength(packet: Uint8Array, lengthSize: number): Generator<Unit> {
  let begin = 0;
  while (begin + lengthSize <= packet.length) {
    let size = 0;
    for (let i = 0; i < lengthSize; i++) size = size * 256 + (packet[begin + i] ?? 0);
    const from = begin + lengthSize;
    const to = from + size;
    if (to > packet.length) return;
    yield { begin, from, to };
    begin = to;
  }
}

/** ISO/IEC 14496-10 and ITU-T H.265, annex B: 00 00 01, or 00 00 00 01, before each unit. */
function* unitsByStartCode(packet: Uint8Array): Generator<Unit> {
  let open: Omit<Unit, 'to'> | null = null;
  for (let one = packet.indexOf(1, 2); one !== -1; one = packet.indexOf(1, one + 1)) {
    // No unit contains this: an encoder writes 00 00 03 01 instead.
    if (packet[one - 1] !== 0 || packet[one - 2] !== 0) continue;
    const begin = packet[one - 3] === 0 ? one - 3 : one - 2;
    if (open !== null) yield { ...open, to: begin };
    open = { begin, from: one + 1 };
  }
  if (open !== null) yield { ...open, to: packet.length };
}

/** Where the arrays of an HEVC configuration record begin, ISO/IEC 14496-15 8.3.2.1. */
const HEVC_ARRAYS_AT = 22;

/**
 * The configuration record without its arrays of supplemental information, where encoders write their name and settings,
 * and without what follows the last whole array. The same record when there is nothing to remove, and for H.264, which
 * has no such arrays.
 */
export function configWithoutUserData(config: Uint8Array, codec: NalCodec): Uint8Array {
  if (codec === 'avc') return config;
  if (config.length <= HEVC_ARRAYS_AT) return config;
  const kept: Uint8Array[] = [];
  const count = config[HEVC_ARRAYS_AT] ?? 0;
  let at = HEVC_ARRAYS_AT + 1;
  for (let array = 0; array < count; array++) {
    const from = at;
    const type = (config[at] ?? 0) & 0x3f;
    const units = uint16(config, at + 1);
    at += 3;
    for (let i = 0; i < units; i++) at += 2 + uint16(config, at);
    if (at > config.length) break;
    if (!HEVC_SEI.has(type)) kept.push(config.subarray(from, at));
  }
  const head = config.slice(0, HEVC_ARRAYS_AT + 1);
  head[HEVC_ARRAYS_AT] = kept.length;
  return joinedOr(config, [head, ...kept]);
}

function uint16(bytes: Uint8Array, at: number): number {
  return (bytes[at] ?? 0) * 256 + (bytes[at + 1] ?? 0);
}

/** The same bytes again, and not a copy, when the parts are all of it. */
function joinedOr(whole: Uint8Array, parts: readonly Uint8Array[]): Uint8Array {
  const length = parts.reduce((sum, part) => sum + part.length, 0);
  if (length === whole.length) return whole;
  const result = new Uint8Array(length);
  let to = 0;
  for (const part of parts) {
    result.set(part, to);
    to += part.length;
  }
  return result;
}

/** Supplemental information that cannot be followed to its end is taken for user data: no picture depends on it. */
function holdsUserData(unit: Uint8Array, codec: NalCodec): boolean {
  const first = unit[0] ?? 0;
  const type = codec === 'avc' ? first & 0x1f : (first >> 1) & 0x3f;
  const isSei = codec === 'avc' ? type === 6 : HEVC_SEI.has(type);
  if (!isSei) return false;
  const bytes = unescaped(unit);
  // The last byte that is not zero ends the messages.
  const end = bytes.findLastIndex((byte) => byte !== 0);
  // Messages follow one another: type and size in bytes of which 255 means "and more", then the payload.
  let at = codec === 'avc' ? 1 : 2;
  const number = (): number => {
    let value = 0;
    while (at < end && bytes[at] === 0xff) {
      value += 255;
      at++;
    }
    return value + (bytes[at++] ?? 0);
  };
  while (at < end) {
    if (USER_DATA.has(number())) return true;
    const size = number();
    at += size;
  }
  return at !== end;
}

/** Without the 03 that keeps two zeros from looking like the beginning of a start code. */
function unescaped(unit: Uint8Array): Uint8Array {
  return unit.filter((byte, at) => byte !== 3 || unit[at - 1] !== 0 || unit[at - 2] !== 0);
}
