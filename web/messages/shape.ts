/** The English catalogue is the shape of every other: plain strings, or functions where something is filled in. */
import type { entrance } from './en/entrance.ts';
import type { inside } from './en/inside.ts';

export type Entrance = typeof entrance;
export type Inside = typeof inside;
export type Catalogue = Entrance & Inside;
