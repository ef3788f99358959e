/** The object that most vectors spoil: one short segment of a clip. */
import { draw, header, Message, type Header } from '../reference.ts';

export const KEY = draw('object key', 32);
export const OTHER_KEY = draw('another key', 32);
export const ENVELOPE: Header = {
  kind: 0x20,
  epoch: 1,
  revision: 1,
  vaultId: draw('vault', 16).toString('hex'),
  objectId: draw('object', 16).toString('hex'),
  parent: draw('parent', 32).toString('hex')
};
export const AAD = header(ENVELOPE);
export const TEXT = Buffer.from('One take, one short segment.');
export const MESSAGE = new Message('base', KEY, AAD);
export const SEGMENT_0 = MESSAGE.segment(0, TEXT, true);
export const OBJECT = Buffer.concat([MESSAGE.head, SEGMENT_0]);

/** What every case on this object has in common. */
export const BASE = {
  operation: 'open',
  key: KEY,
  envelope: ENVELOPE,
  plaintextLength: TEXT.length
} as const;
