/** The timeline's 10,000 entries at unlock, 2 KiB each: from the sealed list in the database, beside bare decryption. */
import { randomBytes, toHex } from '../../shared/bytes.ts';
import { localKey, vaultKey } from '../../shared/crypto/keys.ts';
import { newEntryId, newObjectId, newVaultId, type EntryId } from '../../shared/ids.ts';
import type { EntrySummary } from '../../web/model/summary.ts';
import { deleteRecords, openRecords } from '../../web/store/db.ts';
import { ListCache, packOf } from '../../web/vault/list-cache.ts';

const ENTRIES = 10_000;
const ENTRY_BYTES = 2048;
const PACKED = 2 ** 20;
const SEQUENCE = 1;

interface RecordsRun {
  readonly ms: number;
  readonly bytes: number;
}

/** @param by `product` or `limit` */
export function prepareRecords(by: 'product' | 'limit'): Promise<() => Promise<RecordsRun>> {
  return by === 'product' ? product() : limit();
}

async function product(): Promise<() => Promise<RecordsRun>> {
  const vaultId = newVaultId();
  const local = await localKey(await vaultKey(randomBytes(32)), vaultId);
  const summaries = new Map(Array.from({ length: ENTRIES }, (_, i) => summaryOf(i)).map((made) => [made.id, made]));
  const headHash = toHex(randomBytes(32));
  const packs = new Set([...summaries.keys()].map(packOf));
  const { rows } = await new ListCache(vaultId, local).seal(summaries, packs, SEQUENCE, headHash);
  await deleteRecords();
  const records = await openRecords();
  await records.commit({ put: { lists: rows } });
  const bytes = rows.reduce((sum, { sealed }) => sum + sealed.length, 0);
  return async () => {
    const started = performance.now();
    const opened = await new ListCache(vaultId, local).load(records, headHash);
    const ms = performance.now() - started;
    if (opened?.size !== ENTRIES) throw new Error(`${String(opened?.size)} entries`);
    return { ms, bytes };
  };
}

/** Raw AES-256-GCM, packed in calls of 1 MiB. */
async function limit(): Promise<() => Promise<RecordsRun>> {
  const key = await crypto.subtle.generateKey({ name: 'AES-GCM', length: 256 }, false, ['encrypt', 'decrypt']);
  const algorithm = { name: 'AES-GCM', iv: randomBytes(12) };
  const bytes = ENTRIES * ENTRY_BYTES;
  const sealed: ArrayBuffer[] = [];
  for (let at = 0; at < bytes; at += PACKED) {
    sealed.push(await crypto.subtle.encrypt(algorithm, key, new Uint8Array(Math.min(PACKED, bytes - at))));
  }
  return async () => {
    const started = performance.now();
    await Promise.all(sealed.map((pack) => crypto.subtle.decrypt(algorithm, key, pack)));
    return { ms: performance.now() - started, bytes };
  };
}

function summaryOf(index: number): EntrySummary {
  const id: EntryId = newEntryId();
  const summary: EntrySummary = {
    id,
    revision: 1,
    title: `Entry ${index}`,
    date: new Date(Date.UTC(2026, 0, 1) - index * 3_600_000).toISOString(),
    durationMs: 90_000,
    mood: 'good',
    tags: [],
    clips: 1,
    poster: newObjectId(),
    width: 1280,
    height: 720,
    interrupted: false,
    recordedWhileLocked: false,
    damaged: false
  };
  const tag = 'x'.repeat(97);
  const room = ENTRY_BYTES - JSON.stringify(summary).length;
  return { ...summary, tags: Array.from({ length: Math.floor(room / 100) }, () => tag) };
}
