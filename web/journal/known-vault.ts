/**
 * Whether this browser keeps a journal: all that the first screen has to know. Asked by the page itself, since a worker
 * with everything that opens a journal takes longer to start than this. What is read here holds no secret.
 */
import { openRecords } from '#web/store/db.ts';

/** @throws `vault/newer-app`, `storage/blocked`, `storage/unavailable` */
export async function isVaultKnown(): Promise<boolean> {
  const records = await openRecords();
  try {
    return (await records.get('vault', 'vault')) !== undefined;
  } finally {
    records.close();
  }
}
