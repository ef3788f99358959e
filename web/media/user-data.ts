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

/** The packet without units that hold user data; the same packet when there is none, or when its shape is unknown. */
export function withoutUserData(packet: Uint8Array, codec: NalCodec, lengthSize: number): Uint8Array {
  const kept: Uint8Array[] = [];
  let removed = false;
  let at = 0;
  while (at < packet.length) {
    let size = 0;
    for (let i = 0; i < lengthSize; i++) size = size * 256 + (packet[at + i] ?? 0);
    const end = at + lengthSize + size;
    if (end > packet.length || size === 0) return packet;
    if (holdsUserData(packet.subarray(at + lengthSize, end), codec)) removed = true;
    else kept.push(packet.subarray(at, end));
    at = end;
  }
  if (!removed || kept.length === 0) return packet;
  return joined(kept);
}

/** Where the arrays of an HEVC configuration record begin, ISO/IEC 14496-15 8.3.2.1. */
const HEVC_ARRAYS_AT = 22;

/**
 * The configuration record without its arrays of supplemental information: encoders write their name and settings
 * there. The same record when there are none, for H.264 (which has none), and when its shape is unknown.
 */
export function configWithoutUserData(config: Uint8Array, codec: NalCodec): Uint8Array {
  if (codec === 'avc') return config;
  const kept: Uint8Array[] = [];
  const count = config[HEVC_ARRAYS_AT] ?? 0;
  let at = HEVC_ARRAYS_AT + 1;
  for (let array = 0; array < count; array++) {
    const from = at;
    const type = (config[at] ?? 0) & 0x3f;
    const units = uint16(config, at + 1);
    at += 3;
    for (let i = 0; i < units; i++) at += 2 + uint16(config, at);
    if (at > config.length) return config;
    if (!HEVC_SEI.has(type)) kept.push(config.subarray(from, at));
  }
  if (kept.length === count) return config;
  const head = config.slice(0, HEVC_ARRAYS_AT + 1);
  head[HEVC_ARRAYS_AT] = kept.length;
  return joined([head, ...kept, config.subarray(at)]);
}

function uint16(bytes: Uint8Array, at: number): number {
  return (bytes[at] ?? 0) * 256 + (bytes[at + 1] ?? 0);
}

function joined(parts: readonly Uint8Array[]): Uint8Array {
  const result = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let to = 0;
  for (const part of parts) {
    result.set(part, to);
    to += part.length;
  }
  return result;
}

function holdsUserData(unit: Uint8Array, codec: NalCodec): boolean {
  const first = unit[0] ?? 0;
  const type = codec === 'avc' ? first & 0x1f : (first >> 1) & 0x3f;
  const isSei = codec === 'avc' ? type === 6 : HEVC_SEI.has(type);
  if (!isSei) return false;
  // Messages follow one another: type and size in bytes of which 255 means "and more", then the payload.
  let at = codec === 'avc' ? 1 : 2;
  while (at + 2 <= unit.length && unit[at] !== 0x80) {
    let payloadType = 0;
    while (unit[at] === 0xff) {
      payloadType += 255;
      at++;
    }
    payloadType += unit[at++] ?? 0;
    if (USER_DATA.has(payloadType)) return true;
    let size = 0;
    while (unit[at] === 0xff) {
      size += 255;
      at++;
    }
    size += unit[at++] ?? 0;
    at += size;
  }
  return false;
}
