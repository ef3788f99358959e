/**
 * The scrub sheet: at most 100 tiles over the whole clip, whatever its length. While recording, the length is not
 * known: when the sheet is full every second tile goes and the interval doubles.
 */
import type { Bytes } from '#shared/bytes.ts';
import { draw, encode, SHEET_TYPE } from './picture.ts';

export const MAX_TILES = 100;
const COLUMNS = 10;
const FIRST_INTERVAL_MS = 1000;

/** One image with equally sized tiles, row by row; tile i shows `timesMs[i]`. */
export interface Sheet {
  readonly image: Bytes;
  readonly mime: string;
  readonly columns: number;
  readonly tileWidth: number;
  readonly tileHeight: number;
  readonly timesMs: readonly number[];
}

/** Which moments have a tile. Pure: says when the next is due and which go. */
export class SheetPlan {
  #intervalMs = FIRST_INTERVAL_MS;
  #timesMs: number[] = [];

  get timesMs(): readonly number[] {
    return this.#timesMs;
  }

  isDue(atMs: number): boolean {
    const last = this.#timesMs.at(-1);
    return last === undefined || atMs - last >= this.#intervalMs;
  }

  /** Notes a tile; returns the indexes of tiles that give way, ascending. */
  add(atMs: number): readonly number[] {
    this.#timesMs.push(atMs);
    if (this.#timesMs.length < MAX_TILES) return [];
    const gone = this.#timesMs.flatMap((_, i) => (i % 2 === 1 ? [i] : []));
    this.#timesMs = this.#timesMs.filter((_, i) => i % 2 === 0);
    this.#intervalMs *= 2;
    return gone;
  }
}

/** Evenly spread moments of a clip whose length is known: the middle of each share. */
export function evenTimes(durationMs: number): readonly number[] {
  const count = Math.max(1, Math.min(MAX_TILES, Math.floor(durationMs / FIRST_INTERVAL_MS)));
  return Array.from({ length: count }, (_, i) => Math.round((durationMs * (i + 0.5)) / count));
}

/** @returns null when there is no tile */
export async function composeSheet(tiles: readonly ImageBitmap[], timesMs: readonly number[]): Promise<Sheet | null> {
  const [first] = tiles;
  if (first === undefined) return null;
  const columns = Math.min(COLUMNS, tiles.length);
  const { width: tileWidth, height: tileHeight } = first;
  const canvas = new OffscreenCanvas(columns * tileWidth, Math.ceil(tiles.length / columns) * tileHeight);
  tiles.forEach((tile, i) => {
    draw(canvas, tile, (i % columns) * tileWidth, Math.floor(i / columns) * tileHeight, tileWidth, tileHeight);
  });
  return { image: await encode(canvas, 0.7), mime: SHEET_TYPE, columns, tileWidth, tileHeight, timesMs };
}
