/** One picture with many small frames of a clip: which of them shows a moment. Pure. */

export interface Thumbnails {
  /** Blob URL of the sheet. */
  readonly url: string;
  readonly columns: number;
  readonly tileWidth: number;
  readonly tileHeight: number;
  /** Tile i shows this moment of the clip; rising. */
  readonly timesMs: readonly number[];
}

/** Pixels of the sheet at which the frame nearest before `clipMs` begins; null for a sheet without frames. */
export function tileAt(sheet: Thumbnails, clipMs: number): { readonly x: number; readonly y: number } | null {
  if (sheet.timesMs.length === 0 || sheet.columns < 1) return null;
  const tile = Math.max(
    0,
    sheet.timesMs.findLastIndex((timeMs) => timeMs <= clipMs)
  );
  return {
    x: (tile % sheet.columns) * sheet.tileWidth,
    y: Math.floor(tile / sheet.columns) * sheet.tileHeight
  };
}
