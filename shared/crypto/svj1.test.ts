/** Known answers of the whole design (svj1/kat.json), in both directions. */
import { describe, expect, it, vi } from 'vitest';
import { readVectorText } from 'virtual:vectors';
import { fromHex, fromUtf8, sha256, toHex, utf8, type Bytes } from '#shared/bytes.ts';
import { encodeJson } from '#shared/format/canonical-json.ts';
import { encodeEnvelope, parseEnvelope, type Envelope } from '#shared/format/envelope.ts';
import { KIND } from '#shared/format/kind.ts';
import { HEAD_BYTES, plaintextSize, sealedSize, segmentCount, segmentOffset } from '#shared/format/segment.ts';
import { parseEntryId, parseObjectId, parseSlotId, parseVaultId } from '#shared/ids.ts';
import { fingerprint, sealKeyFrom } from '#shared/testing/raw-keys.ts';
import { replaying } from '#shared/testing/replay.ts';
import { chunked, through } from '#shared/testing/streams.ts';
import { derivePassphraseKey, encodeKdfBlock, parseKdfBlock } from './kdf.ts';
import {
  entryKey,
  entryWrapKey,
  objectKey,
  objectParent,
  passkeyKek,
  passkeyPrfInput,
  passphraseAuth,
  passphraseKek,
  passphraseKey,
  recordKey,
  recoveryAuth,
  recoveryKek,
  recoveryKey,
  vaultKey,
  type SealKey
} from './keys.ts';
import { pad, padme, unpad } from './padding.ts';
import { openRecord, recordHash, sealRecord } from './record.ts';
import { open, openStream, seal, sealStream } from './stream.ts';
import { unwrap, wrap } from './wrap.ts';

// Argon2id is slow on purpose, and slower where the machine is shared.
vi.setConfig({ testTimeout: 60_000 });

interface Slot {
  readonly kek: string;
  readonly slotId: string;
  readonly wrapEnvelope: string;
}

interface Blob {
  readonly kind: 32 | 34 | 35;
  readonly blobId: string;
  readonly blobKey: string;
  readonly dataLength: number;
  readonly padded: boolean;
  readonly plaintextLength: number;
  readonly header: string;
  readonly envelopeLength: number;
  readonly envelopeSha256: string;
  readonly envelope?: string;
  readonly envelopeHead?: string;
  readonly segmentIvs?: readonly string[];
}

interface Kat {
  readonly vaultId: string;
  readonly passphrase: readonly (Slot & {
    readonly passphrase: string;
    readonly mKiB: number;
    readonly t: number;
    readonly kdfBlock: string;
    readonly pwk: string;
    readonly auth: string;
    readonly wrapHeader: string;
  })[];
  readonly vmk: string;
  readonly recovery: Slot & { readonly recoveryKey: string; readonly auth: string };
  readonly passkey: Slot & { readonly prfEvalFirst: string; readonly prfOutput: string };
  readonly entry: {
    readonly entryId: string;
    readonly entryKey: string;
    readonly epoch: number;
    readonly entryWrapKey: string;
    readonly wrapEnvelope: string;
  };
  readonly records: readonly {
    readonly key: string;
    readonly header: string;
    readonly plaintextUtf8: string;
    readonly paddedLength: number;
    readonly envelope: string;
  }[];
  readonly blobs: readonly Blob[];
  readonly share: {
    readonly shareId: string;
    readonly shareSecret: string;
    readonly wrapKey: string;
    readonly auth: string;
    readonly serverStores: string;
  };
  readonly tail: {
    readonly key: string;
    readonly segmentIndex: number;
    readonly counter: number;
    readonly plaintext: string;
    readonly envelope: string;
  };
  readonly padme: readonly (readonly [number, number])[];
}

/** The random values that a sealed object was made with, in the order of the draws. */
function drawsOf(sealed: Bytes): Bytes[] {
  const draws = [sealed.slice(102, 134)];
  for (let at = HEAD_BYTES; at < sealed.length; at += 65_536) draws.push(sealed.slice(at + 4, at + 16));
  return draws;
}

function dataOf(length: number): Bytes {
  return Uint8Array.from({ length }, (_, i) => (7 * i + 13 * (i >> 8) + 29 * (i >> 16)) & 255);
}

const text = await readVectorText('svj1/kat.json');
if (text === null) it.skip('svj1/kat.json is not on this machine', () => undefined);
else describe('svj1 known answers', () => suite(JSON.parse(text) as Kat));

function suite(kat: Kat): void {
  const vault = parseVaultId(kat.vaultId);
  const vmk = () => vaultKey(fromHex(kat.vmk));
  const base = { epoch: 1, revision: 1, vaultId: kat.vaultId };

  async function bothWays(kek: SealKey, envelope: Envelope, sealed: Bytes, raw: Bytes): Promise<void> {
    expect(await unwrap(kek, envelope, sealed)).toEqual(raw);
    expect(await replaying(drawsOf(sealed), () => wrap(kek, envelope, raw))).toEqual(sealed);
  }

  it.each(kat.passphrase)('passphrase slot of "$passphrase"', async (slot) => {
    const block = parseKdfBlock(fromHex(slot.kdfBlock));
    expect(block).toMatchObject({ memory: slot.mKiB, passes: slot.t });
    expect(toHex(encodeKdfBlock(block))).toBe(slot.kdfBlock);
    const parent = toHex(await sha256(fromHex(slot.kdfBlock)));
    const envelope = { ...base, kind: KIND.passphraseSlot, epoch: 0, objectId: slot.slotId, parent };
    expect(toHex(encodeEnvelope(envelope))).toBe(slot.wrapHeader);

    for (const pwk of [await derivePassphraseKey(slot.passphrase, block), await passphraseKey(fromHex(slot.pwk))]) {
      const kek = await passphraseKek(pwk, vault);
      expect(await fingerprint(kek)).toBe(await fingerprint(slot.kek));
      expect(toHex(await passphraseAuth(pwk, vault))).toBe(slot.auth);
      await bothWays(kek, envelope, fromHex(slot.wrapEnvelope), fromHex(kat.vmk));
    }
  });

  it('recovery slot', async () => {
    const { recovery } = kat;
    const key = await recoveryKey(fromHex(recovery.recoveryKey));
    const kek = await recoveryKek(key, vault);
    expect(await fingerprint(kek)).toBe(await fingerprint(recovery.kek));
    expect(toHex(await recoveryAuth(key, vault))).toBe(recovery.auth);
    const envelope = { ...base, kind: KIND.recoverySlot, epoch: 0, objectId: recovery.slotId };
    await bothWays(kek, envelope, fromHex(recovery.wrapEnvelope), fromHex(kat.vmk));
  });

  it('passkey slot', async () => {
    const { passkey } = kat;
    const slot = parseSlotId(passkey.slotId);
    expect(toHex(await passkeyPrfInput(vault, slot))).toBe(passkey.prfEvalFirst);
    const kek = await passkeyKek(fromHex(passkey.prfOutput), slot);
    expect(await fingerprint(kek)).toBe(await fingerprint(passkey.kek));
    const envelope = { ...base, kind: KIND.passkeySlot, epoch: 0, objectId: passkey.slotId };
    await bothWays(kek, envelope, fromHex(passkey.wrapEnvelope), fromHex(kat.vmk));
  });

  it('entry key wrap', async () => {
    const { entry } = kat;
    const key = await entryWrapKey(await vmk(), vault, entry.epoch);
    expect(await fingerprint(key)).toBe(await fingerprint(entry.entryWrapKey));
    const envelope = { ...base, kind: KIND.entryKeyWrap, objectId: entry.entryId };
    await bothWays(key, envelope, fromHex(entry.wrapEnvelope), fromHex(entry.entryKey));
  });

  it('records, the second naming the first', async () => {
    const entry = parseEntryId(kat.entry.entryId);
    const key = await recordKey(await entryKey(fromHex(kat.entry.entryKey)), entry);
    let parent = '00'.repeat(32);
    for (const [i, record] of kat.records.entries()) {
      expect(await fingerprint(key)).toBe(await fingerprint(record.key));
      const envelope = { ...base, kind: KIND.entryRecord, revision: i + 1, objectId: kat.entry.entryId, parent };
      expect(toHex(encodeEnvelope(envelope))).toBe(record.header);
      const sealed = fromHex(record.envelope);
      expect(plaintextSize(sealed.length)).toBe(record.paddedLength);
      const opened = await openRecord(key, envelope, sealed);
      expect(fromUtf8(encodeJson(opened))).toBe(record.plaintextUtf8);
      expect(await replaying(drawsOf(sealed), () => sealRecord(key, envelope, opened))).toEqual(sealed);
      parent = await recordHash(sealed);
    }
  });

  it.each(kat.blobs)('object of kind $kind with $dataLength bytes', async (blob) => {
    const entry = parseEntryId(kat.entry.entryId);
    const { seal: key } = await objectKey(
      await entryKey(fromHex(kat.entry.entryKey)),
      parseObjectId(blob.blobId),
      blob.kind
    );
    expect(await fingerprint(key)).toBe(await fingerprint(blob.blobKey));
    const parent = toHex(await objectParent(entry));
    const envelope = { ...base, kind: blob.kind, objectId: blob.blobId, parent };
    expect(toHex(encodeEnvelope(envelope))).toBe(blob.header);
    expect(parseEnvelope(fromHex(blob.header))).toEqual({ ...envelope, part: 0 });

    const data = dataOf(blob.dataLength);
    const plaintext = blob.padded ? pad(data) : data;
    expect(plaintext.length).toBe(blob.plaintextLength);
    expect(sealedSize(plaintext.length)).toBe(blob.envelopeLength);
    expect(plaintextSize(blob.envelopeLength)).toBe(plaintext.length);

    const head = fromHex(blob.envelopeHead ?? blob.envelope?.slice(0, 2 * HEAD_BYTES) ?? '');
    const draws =
      blob.envelope === undefined
        ? [head.slice(102, 134), ...(blob.segmentIvs ?? []).map((iv) => fromHex(iv))]
        : drawsOf(fromHex(blob.envelope));
    expect(draws).toHaveLength(1 + segmentCount(plaintext.length));

    const sealed = await replaying(draws, () => seal(key, envelope, plaintext));
    expect(sealed.slice(0, HEAD_BYTES)).toEqual(head);
    expect(sealed.length).toBe(blob.envelopeLength);
    expect(toHex(await sha256(sealed))).toBe(blob.envelopeSha256);
    if (blob.envelope !== undefined) expect(toHex(sealed)).toBe(blob.envelope);
    const streamed = await replaying(draws, () => through(chunked(plaintext, 1, 70_000), sealStream(key, envelope)));
    expect(toHex(await sha256(streamed.released))).toBe(blob.envelopeSha256);

    const opened = await open(key, envelope, sealed);
    expect(opened && toHex(await sha256(opened))).toBe(toHex(await sha256(plaintext)));
    if (opened !== null && blob.padded) expect(unpad(opened)).toEqual(data);
    const restreamed = await through(chunked(sealed, 65_536, 1), openStream(key, envelope));
    expect(toHex(await sha256(restreamed.released))).toBe(toHex(await sha256(plaintext)));
  });

  it('tail slot', async () => {
    const { tail } = kat;
    const object = parseObjectId(kat.blobs[0]?.blobId ?? '');
    const { tail: key } = await objectKey(await entryKey(fromHex(kat.entry.entryKey)), object, KIND.media);
    expect(await fingerprint(key)).toBe(await fingerprint(tail.key));
    const envelope = {
      ...base,
      kind: KIND.tail,
      revision: tail.segmentIndex,
      objectId: object,
      part: tail.counter
    };
    const sealed = fromHex(tail.envelope);
    const rest = fromHex(tail.plaintext);
    expect(await open(key, envelope, sealed)).toEqual(rest);
    expect(await replaying(drawsOf(sealed), () => seal(key, envelope, rest))).toEqual(sealed);
    expect(segmentOffset(tail.segmentIndex)).toBe(166 + 3 * 65_536);
  });

  it('share link', async () => {
    const { share } = kat;
    const secret = await crypto.subtle.importKey('raw', fromHex(share.shareSecret), 'HKDF', false, ['deriveBits']);
    const derive = async (label: string): Promise<Bytes> =>
      new Uint8Array(
        await crypto.subtle.deriveBits(
          { name: 'HKDF', hash: 'SHA-256', salt: fromHex(share.shareId), info: utf8(label) },
          secret,
          256
        )
      );
    expect(toHex(await derive('svj1/share/wrap'))).toBe(share.wrapKey);
    expect(toHex(await derive('svj1/share/auth'))).toBe(share.auth);
    expect(toHex(await sha256(fromHex(share.auth)))).toBe(share.serverStores);
  });

  it.each(kat.padme)('Padmé size of %i is %i', (length, size) => {
    expect(padme(length)).toBe(size);
  });

  it('refuses every known answer under another key', async () => {
    const other = await sealKeyFrom('aa'.repeat(32));
    for (const record of kat.records) {
      expect(await openRecord(other, parseEnvelope(fromHex(record.header)), fromHex(record.envelope))).toBeNull();
    }
  });
}
