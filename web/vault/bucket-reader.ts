/** Opens a head bucket (FORMAT.md section 8), as the head lists it or, without such a head, as it stands. */
import type { HeadKey } from '#shared/crypto/keys.ts';
import { openRecord, recordHash } from '#shared/crypto/record.ts';
import { SvjError } from '#shared/errors.ts';
import type { VaultId } from '#shared/ids.ts';
import type { BucketRow } from '#web/store/rows.ts';
import { bucketEnvelope } from './envelopes.ts';
import { EMPTY_BUCKET, parseBucket, type BucketContent, type HeadContent } from './head.ts';

interface BucketPlace {
  readonly vaultId: VaultId;
  readonly bucket: number;
}

/** @throws `vault/damaged` unless it is the very one that the head lists */
export async function openListedBucket(
  key: HeadKey,
  place: BucketPlace,
  row: BucketRow | undefined,
  listed: HeadContent['buckets'][string] | undefined
): Promise<BucketContent> {
  if (listed === undefined) return EMPTY_BUCKET;
  if (row === undefined || (await recordHash(row.sealed)) !== listed.hash)
    throw new SvjError('vault/damaged', 'bucket');
  return open(key, place, listed.revision, row);
}

/** Ours, but perhaps not the newest. @throws `vault/damaged` */
export async function openStoredBucket(
  key: HeadKey,
  place: BucketPlace,
  row: BucketRow | undefined
): Promise<BucketContent> {
  return row === undefined ? EMPTY_BUCKET : open(key, place, row.revision, row);
}

async function open(
  key: HeadKey,
  { vaultId, bucket }: BucketPlace,
  revision: number,
  { sealed }: BucketRow
): Promise<BucketContent> {
  try {
    const json = await openRecord(key, bucketEnvelope(vaultId, bucket, revision), sealed);
    if (json !== null) return parseBucket(json);
  } catch (thrown) {
    if (!(thrown instanceof SvjError)) throw thrown;
    throw new SvjError('vault/damaged', thrown.code, thrown);
  }
  throw new SvjError('vault/damaged', 'bucket');
}
