/** The vault's end of a clip port, over bytes in memory, with damage where a test wants it. */
import type { ErrorCode } from '#shared/errors.ts';
import { READ_BYTES, type ClipAnswer, type ClipQuestion } from '#web/workers/clip-port.ts';

export interface FakeVault {
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** Reads that touch this byte fail. */
  damagedAt?: number;
  refuses?: ErrorCode;
  silent?: boolean;
  /** Lines that were opened and not yet closed. */
  open: number;
  reads: { readonly from: number; readonly to: number }[];
}

export function fakeVault(size: number): FakeVault {
  return { bytes: Uint8Array.from({ length: size }, (_, i) => (i * 31 + (i >> 8)) & 0xff), open: 0, reads: [] };
}

export function serve(vault: FakeVault, port: MessagePort): void {
  const say = (answer: ClipAnswer): void => port.postMessage(answer);
  if (vault.silent) return;
  if (vault.refuses) {
    say({ type: 'failed', code: vault.refuses });
    return;
  }
  vault.open++;
  port.onmessage = (event: MessageEvent<ClipQuestion>) => {
    const question = event.data;
    if (question.type === 'close') {
      vault.open--;
      port.close();
      return;
    }
    const { from } = question;
    const to = Math.min(question.to, from + READ_BYTES);
    vault.reads.push({ from, to });
    const { damagedAt = -1 } = vault;
    if (from <= damagedAt && damagedAt < to) say({ type: 'failed', code: 'seal/damaged' });
    else say({ type: 'bytes', bytes: vault.bytes.slice(from, to) });
  };
  say({ type: 'opened', size: vault.bytes.length, mime: 'video/webm' });
}
