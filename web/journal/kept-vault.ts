/**
 * Whether this browser keeps a journal: all that the first screen has to know. Asked by the page itself, since a worker
 * with everything that opens a journal takes longer to start than this. Nothing that is read here opens anything.
 */
export { isVaultKept } from '#web/store/db.ts';
