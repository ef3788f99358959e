import { describe, expect, it } from 'vitest';
import { configWithoutUserData, nalLengthSize, withoutUserData } from './user-data.ts';

const unit = (...bytes: number[]) => [0, 0, 0, bytes.length, ...bytes];
const IDR = unit(0x65, 1, 2, 3);
const SEI_UNREGISTERED = unit(0x06, 5, 17, ...Array<number>(17).fill(0x41), 0x80);
const SEI_RECOVERY = unit(0x06, 6, 1, 0xc0, 0x80);
const HEVC_SLICE = unit(0x26, 1, 9, 9);
const HEVC_SEI = unit(0x4e, 1, 5, 3, 0x41, 0x42, 0x43, 0x80);

describe('user data inside the picture', () => {
  it('is removed from H.264, the rest stays', () => {
    const packet = Uint8Array.from([...SEI_UNREGISTERED, ...SEI_RECOVERY, ...IDR]);
    expect([...withoutUserData(packet, 'avc', 4)]).toEqual([...SEI_RECOVERY, ...IDR]);
  });

  it('is removed from HEVC', () => {
    const packet = Uint8Array.from([...HEVC_SEI, ...HEVC_SLICE]);
    expect([...withoutUserData(packet, 'hevc', 4)]).toEqual(HEVC_SLICE);
  });

  it('is found behind another message of the same unit', () => {
    const both = unit(0x06, 6, 1, 0xc0, 4, 2, 0xb5, 0x00, 0x80);
    expect([...withoutUserData(Uint8Array.from([...both, ...IDR]), 'avc', 4)]).toEqual(IDR);
  });

  it('leaves a packet without any, and one that is not understood, untouched', () => {
    const plain = Uint8Array.from(IDR);
    expect(withoutUserData(plain, 'avc', 4)).toBe(plain);
    const broken = Uint8Array.from([0xff, 0xff, 0xff, 0xff, 1]);
    expect(withoutUserData(broken, 'avc', 4)).toBe(broken);
  });

  it('reads the length of the length field from the configuration', () => {
    expect(nalLengthSize('avc', Uint8Array.from([1, 100, 0, 31, 0xff]))).toBe(4);
    expect(nalLengthSize('avc', Uint8Array.from([1, 100, 0, 31, 0xfd]))).toBe(2);
    expect(nalLengthSize('avc', undefined)).toBeNull();
  });
});

describe('user data of the configuration', () => {
  const head = [...Array<number>(21).fill(7), 3];
  const array = (type: number, ...units: number[][]) => [
    0x80 | type,
    0,
    units.length,
    ...units.flatMap((bytes) => [0, bytes.length, ...bytes])
  ];
  const [parameters, sps] = [array(32, [1, 2]), array(33, [3], [4, 5])];
  const sei = array(39, [...new TextEncoder().encode('x265 (build 199) - options')]);

  it('is removed from HEVC, the rest stays', () => {
    const config = Uint8Array.from([...head, 3, ...parameters, ...sei, ...sps]);
    expect([...configWithoutUserData(config, 'hevc')]).toEqual([...head, 2, ...parameters, ...sps]);
  });

  it('leaves a record without any, one that is cut, and H.264 untouched', () => {
    for (const bytes of [
      [...head, 2, ...parameters, ...sps],
      [...head, 2, ...sei.slice(0, -3)],
      [1, 2, 3]
    ]) {
      const config = Uint8Array.from(bytes);
      expect(configWithoutUserData(config, 'hevc')).toBe(config);
    }
    const config = Uint8Array.from([...head, 1, ...sei]);
    expect(configWithoutUserData(config, 'avc')).toBe(config);
  });
});
