/** Playing a clip: where it is played from, and the way from the service worker to the vault. */
import { randomBytes, toHex } from '#shared/bytes.ts';
import { toSvjError } from '#shared/errors.ts';
import { parseObjectId, type ObjectId } from '#shared/ids.ts';
import {
  CLIP_PATH,
  type ClipAnswer,
  type ClipRequest,
  type ClipTrouble,
  type EndClips
} from '#web/workers/clip-port.ts';
import type { VaultClient } from './session.ts';

/**
 * [Note: An address for every opening] Browsers keep what a player has read in their own memory, under its address
 * and for minutes, whatever the answer says about storing. An address that was never used before is read from the
 * vault again: what was altered meanwhile is noticed, and after a lock nobody asks for an address that still plays.
 */
export function newOpening(): string {
  return toHex(randomBytes(8));
}

/**
 * @param opening see the note above
 * @param until serves only bytes before this one: what lies before a damage
 */
export function clipUrl(id: ObjectId, opening = newOpening(), until: number | null = null): string {
  return `${CLIP_PATH}${id}?opening=${opening}${until === null ? '' : `&until=${until}`}`;
}

export interface ClipServing {
  /** @throws `vault/locked` */
  readonly vault: () => VaultClient;
  /** A clip of this page could not be given any further. */
  readonly ontrouble: (trouble: ClipTrouble) => void;
}

/**
 * Answers the service worker for this page, from the start of the app on: a locked page has to say so.
 *
 * @returns how to stop
 */
export function serveClips({ vault, ontrouble }: ClipServing): () => void {
  if (!('serviceWorker' in navigator)) return () => undefined;
  const listen = (event: MessageEvent<unknown>): void => {
    // Nobody but our own service worker has a say here.
    if (!(event.source instanceof ServiceWorker)) return;
    const port = event.ports[0];
    if (isRequest(event.data) && port) void lead(vault, event.data.clip, port);
    else if (isTrouble(event.data)) ontrouble(event.data);
  };
  navigator.serviceWorker.addEventListener('message', listen);
  navigator.serviceWorker.startMessages();
  return () => navigator.serviceWorker.removeEventListener('message', listen);
}

/** Ends every answer under way, so that nothing more of a clip flows after a lock. */
export function endClips(): void {
  if (!('serviceWorker' in navigator)) return;
  const message: EndClips = { type: 'svj/end-clips' };
  navigator.serviceWorker.controller?.postMessage(message);
}

async function lead(vault: ClipServing['vault'], clip: string, port: MessagePort): Promise<void> {
  try {
    await vault().call('serveClip', { clip: parseObjectId(clip), port }, { transfer: [port] });
  } catch (thrown) {
    // Reaches nobody when the vault has the port already; then the vault has said it.
    const failed: ClipAnswer = { type: 'failed', code: toSvjError(thrown).code };
    port.postMessage(failed);
  }
}

function isRequest(data: unknown): data is ClipRequest {
  return hasType(data, 'svj/clip') && 'clip' in data && typeof data.clip === 'string';
}

function isTrouble(data: unknown): data is ClipTrouble {
  return hasType(data, 'svj/clip-trouble') && 'clip' in data && 'code' in data && 'at' in data;
}

function hasType(data: unknown, type: string): data is { type: string } {
  return typeof data === 'object' && data !== null && 'type' in data && data.type === type;
}
