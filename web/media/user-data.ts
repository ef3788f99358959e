/**
 * Removes "supplemental enhancement information" that carries user data from H.264 and HEVC packets: camcorders write
 * time, place and model there, inside the picture data, where no container tag shows it.
 */

export type NalCodec = 'avc' | 'hevc';

/** ISO/IEC 14496-10 D.1: registered (4) and unregistered (5) user data. */
const USER_DATA = new Set([4, 5]);

/** Bytes of the length field before each unit, from the codec's configuration record; null when there is none. */
export function nalLengthSize(codec: NalCodec, description: AllowSharedBufferSource | undefined): number | null {
  if (description === undefined) return null;
  const bytes = ArrayBuffer.isView(description)
    ? new Uint8Array(description.buffer, description.byteOffset, description.byteLength)
    : new Uint8Array(description);
  const field = bytes[codec === 'avc' ? 4 : 21];
  return field === undefined ? null : (field & 3) + 1;
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
  const result = new Uint8Array(kept.reduce((sum, unit) => sum + unit.length, 0));
  let to = 0;
  for (const unit of kept) {
    result.set(unit, to);
    to += unit.length;
  }
  return result;
}

function holdsUserData(unit: Uint8Array, codec: NalCodec): boolean {
  const first = unit[0] ?? 0;
  const type = codec === 'avc' ? first & 0x1f : (first >> 1) & 0x3f;
  const isSei = codec === 'avc' ? type === 6 : type === 39 || type === 40;
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
