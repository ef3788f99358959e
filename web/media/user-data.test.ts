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

  it('is found behind a message of type 128, and behind one with zeros in it', () => {
    const behind128 = unit(0x4e, 1, 128, 1, 7, 5, 1, 0x41, 0x80);
    expect([...withoutUserData(Uint8Array.from([...behind128, ...HEVC_SLICE]), 'hevc', 4)]).toEqual(HEVC_SLICE);
    // 00 00 03 01 stands for 00 00 01: the message is three bytes long.
    const behindZeros = unit(0x06, 6, 3, 0, 0, 3, 1, 5, 1, 0x41, 0x80);
    expect([...withoutUserData(Uint8Array.from([...behindZeros, ...IDR]), 'avc', 4)]).toEqual(IDR);
  });

  it('is removed between start codes too where lengths were promised, and the picture stays', () => {
    const code = [0, 0, 0, 1];
    const [sei, picture] = [SEI_UNREGISTERED.slice(4), IDR.slice(4)];
    const packet = Uint8Array.from([...code, ...sei, ...code, ...picture]);
    expect([...withoutUserData(packet, 'avc', 4)]).toEqual([...code, ...picture]);
    // A unit of one byte looks like a start code and is none.
    const delimited = Uint8Array.from([...unit(0x0a), ...SEI_UNREGISTERED, ...IDR]);
    expect([...withoutUserData(delimited, 'avc', 4)]).toEqual([...unit(0x0a), ...IDR]);
  });

  it('leaves a packet without any untouched, also with zeros at the end of a unit', () => {
    for (const bytes of [IDR, [...SEI_RECOVERY, ...IDR], [...unit(0x06, 6, 1, 0xc0, 0x80, 0), ...IDR]]) {
      const plain = Uint8Array.from(bytes);
      expect(withoutUserData(plain, 'avc', 4)).toBe(plain);
    }
  });

  it('leaves nothing of a packet that holds nothing else', () => {
    expect(withoutUserData(Uint8Array.from(SEI_UNREGISTERED), 'avc', 4)).toHaveLength(0);
    expect(withoutUserData(Uint8Array.from(HEVC_SEI), 'hevc', 4)).toHaveLength(0);
  });

  it.each([
    ['an empty unit', [...unit(), ...SEI_UNREGISTERED, ...IDR]],
    ['a message cut short', [...unit(0x06, 6, 9, 0x41, 0x80), ...IDR]],
    ['a unit that announces more than there is', [...SEI_UNREGISTERED, ...IDR, 0, 0, 1, 0, 0x06, 5, 2, 0x41]],
    ['a length that is cut', [...SEI_UNREGISTERED, ...IDR, 0, 0]]
  ])('does not stay because of %s', (_, bytes) => {
    expect([...withoutUserData(Uint8Array.from(bytes), 'avc', 4)]).toEqual(IDR);
  });

  it('reads the length of the length field from the configuration', () => {
    expect(nalLengthSize('avc', Uint8Array.from([1, 100, 0, 31, 0xff]))).toBe(4);
    expect(nalLengthSize('avc', Uint8Array.from([1, 100, 0, 31, 0xfd]))).toBe(2);
    expect(nalLengthSize('avc', undefined)).toBeNull();
  });
});

describe('user data between start codes', () => {
  const begun = (bytes: readonly number[], code = [0, 0, 0, 1]) => [...code, ...bytes.slice(4)];
  const slice = begun(IDR);
  const sei = begun(SEI_UNREGISTERED);

  it.each([
    ['with start codes of four bytes', [...sei, ...slice], slice],
    ['with start codes of three bytes', [...begun(SEI_UNREGISTERED, [0, 0, 1]), ...slice], slice],
    ['behind the picture', [...slice, ...sei], slice],
    ['beside information that stays', [...begun(SEI_RECOVERY), ...sei, ...slice], [...begun(SEI_RECOVERY), ...slice]],
    ['with zeros behind it', [...sei, 0, 0, ...slice], slice],
    ['behind an empty unit', [0, 0, 1, ...sei, ...slice], slice],
    ['before the first start code', [0x47, 0x50, 0x53, ...slice], slice],
    ['without anything else', sei, []],
    ['without any start code', [0x47, 0x50, 0x53], []]
  ])('is removed from H.264 %s', (_, bytes, left) => {
    expect([...withoutUserData(Uint8Array.from(bytes), 'avc', null)]).toEqual(left);
  });

  it('is removed from HEVC, before and behind the picture', () => {
    const suffix = begun(unit(0x50, 1, 4, 2, 0x41, 0x42, 0x80));
    const packet = Uint8Array.from([...begun(HEVC_SEI), ...begun(HEVC_SLICE), ...suffix]);
    expect([...withoutUserData(packet, 'hevc', null)]).toEqual(begun(HEVC_SLICE));
  });

  it('leaves a packet without any untouched', () => {
    const plain = Uint8Array.from([...begun(SEI_RECOVERY), ...begun(IDR, [0, 0, 1]), ...slice, 0]);
    expect(withoutUserData(plain, 'avc', null)).toBe(plain);
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

  it('does not stay in a record that is cut, nor behind its end', () => {
    const cut = Uint8Array.from([...head, 2, ...parameters, ...sei.slice(0, -3)]);
    expect([...configWithoutUserData(cut, 'hevc')]).toEqual([...head, 1, ...parameters]);
    const longer = Uint8Array.from([...head, 1, ...parameters, ...sei]);
    expect([...configWithoutUserData(longer, 'hevc')]).toEqual([...head, 1, ...parameters]);
  });

  it('leaves a record without any, one without arrays, and H.264 untouched', () => {
    for (const bytes of [
      [...head, 2, ...parameters, ...sps],
      [1, 2, 3]
    ]) {
      const config = Uint8Array.from(bytes);
      expect(configWithoutUserData(config, 'hevc')).toBe(config);
    }
    const config = Uint8Array.from([...head, 1, ...sei]);
    expect(configWithoutUserData(config, 'avc')).toBe(config);
  });
});
