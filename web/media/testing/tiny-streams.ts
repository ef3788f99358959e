/** Three black pictures of 64 by 64, as x264 and x265 wrote them, in units that begin with a start code. */
export const TINY = {
  avc: {
    codec: 'avc1.42c00a',
    parameters: [unit('6742c00ada109b011000000300100000030320f1226a'), unit('68ce0fc8')],
    pictures: [unit('6588843a2628000902c9c9c9d75d75d75d75d75d75e0'), unit('419a203a8230'), unit('419a403e8230')]
  },
  hevc: {
    codec: 'hev1.1.6.L30.90',
    parameters: [
      unit('40010c01ffff01600000030090000003000003001eba0240'),
      unit('42010101600000030090000003000003001ea020810596e92930bc05a02000000300200000030321'),
      unit('4401c073c089')
    ],
    pictures: [unit('2801ac76071fffc4325a91c0'), unit('0201d0097883b0a098'), unit('0201d011fe20e4a098')]
  }
} as const;

/** What is told of the stream before its first packet. */
export function tinyConfig(kind: keyof typeof TINY): { decoderConfig: VideoDecoderConfig } {
  return { decoderConfig: { codec: TINY[kind].codec, codedWidth: 64, codedHeight: 64 } };
}

/** @param hex of the unit itself */
export function unit(hex: string): Buffer {
  return Buffer.from(`00000001${hex}`, 'hex');
}
