/**
 * The list cache (FORMAT.md section 11): entry summaries in 16 sealed packs, so that a
 * timeline opens without unwrapping one key per entry, and a sealed index that binds the packs
 * to the vault head they were made with. Anything that does not fit is rebuilt, never trusted.
 */
import { fromUtf8, sha256, toHex, utf8 } from '#shared/bytes.ts';
import type { LocalKey } from '#shared/crypto/keys.ts';
import { pad, RECORD_FLOOR, unpad } from '#shared/crypto/padding.ts';
import { openRecord, sealRecord } from '#shared/crypto/record.ts';
import { open, seal } from '#shared/crypto/stream.ts';
import { SvjError } from '#shared/errors.ts';
import type { EntryId, VaultId } from '#shared/ids.ts';
import { integer, looseObject, number, pipe, record, regex, string, validate } from '#shared/schema.ts';
import type { EntrySummary } from '#web/model/summary.ts';
import type { RecordStore } from '#web/store/records.ts';
import type { ListRow } from '#web/store/rows.ts';
import { listEnvelope } from './envelopes.ts';

export const PACKS = 16;
const INDEX = PACKS;

const indexContent = looseObject({
  headHash: pipe(string(), regex(/^[0-9a-f]{64}$/)),
  packs: record(string(), looseObject({ revision: pipe(number(), integer()), hash: string() }))
});

interface PackItem {
  readonly revision: number;
  readonly hash: string;
}

export function packOf(entryId: EntryId): number {
  return Number.parseInt(entryId.slice(0, 1), 16);
}

export class ListCache {
  readonly #vaultId: VaultId;
  readonly #key: LocalKey;
  #packs: Record<string, PackItem> = {};

  constructor(vaultId: VaultId, key: LocalKey) {
    this.#vaultId = vaultId;
    this.#key = key;
  }

  /** All summaries, or null when the cache does not belong to this head or does not open. */
  async load(records: RecordStore, headHash: string): Promise<Map<EntryId, EntrySummary> | null> {
    this.#packs = {};
    try {
      const rows = new Map((await records.all('lists')).map((row) => [row.pack, row]));
      const indexRow = rows.get(INDEX);
      if (indexRow === undefined) return null;
      const envelope = listEnvelope(this.#vaultId, INDEX, indexRow.revision);
      const index = validate(indexContent, await openRecord(this.#key, envelope, indexRow.sealed));
      if (index.headHash !== headHash) return null;
      // All at once: while one is being parsed here, the next are decrypted elsewhere.
      const packs = Object.entries(index.packs).map(([pack, item]) =>
        this.#openPack(Number(pack), item, rows.get(Number(pack)))
      );
      const opened = await Promise.all(packs);
      this.#packs = index.packs;
      return new Map(opened.flat().map((summary) => [summary.id, summary]));
    } catch {
      return null; // a cache: whatever is wrong with it, the records are the truth
    }
  }

  /** Sealed rows for the packs of `touched`, and the index that goes with `headHash`. */
  async seal(
    summaries: ReadonlyMap<EntryId, EntrySummary>,
    touched: ReadonlySet<number>,
    sequence: number,
    headHash: string
  ): Promise<{ rows: ListRow[]; keep: () => void }> {
    const packs = { ...this.#packs };
    const rows: ListRow[] = [];
    for (let pack = 0; pack < PACKS; pack++) {
      // After a rebuild no pack is on disk yet: all are written then.
      if (!touched.has(pack) && String(pack) in packs) continue;
      const members = [...summaries.values()].filter(({ id }) => packOf(id) === pack);
      const plain = pad(utf8(JSON.stringify(members)), RECORD_FLOOR);
      const sealed = await seal(this.#key, listEnvelope(this.#vaultId, pack, sequence), plain);
      rows.push({ pack, revision: sequence, sealed });
      packs[String(pack)] = { revision: sequence, hash: toHex(await sha256(sealed)) };
    }
    const index = { headHash, packs };
    const sealed = await sealRecord(this.#key, listEnvelope(this.#vaultId, INDEX, sequence), index);
    rows.push({ pack: INDEX, revision: sequence, sealed });
    return {
      rows,
      keep: () => {
        this.#packs = packs;
      }
    };
  }

  // Our own authentic JSON: not validated again, which is what makes the list quick.
  async #openPack(pack: number, { revision, hash }: PackItem, row: ListRow | undefined): Promise<EntrySummary[]> {
    if (row === undefined) throw new SvjError('object/absent', 'pack');
    const [stored, plain] = await Promise.all([
      sha256(row.sealed),
      open(this.#key, listEnvelope(this.#vaultId, pack, revision), row.sealed)
    ]);
    if (toHex(stored) !== hash || plain === null) throw new SvjError('seal/damaged');
    return JSON.parse(fromUtf8(unpad(plain, RECORD_FLOOR))) as EntrySummary[];
  }
}
