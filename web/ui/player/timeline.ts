/**
 * The clips of an entry as one line of time: each clip contributes what its trim leaves of it, one after another.
 * All times in milliseconds. Pure.
 */

export interface PlayerClip {
  /** Names the clip to `onunplayable`. */
  readonly id: string;
  readonly url: string;
  readonly durationMs: number;
  readonly trim: { readonly fromMs: number; readonly toMs: number } | null;
  /** Nothing of the clip from here on can be played; null when all of it can. */
  readonly playableMs: number | null;
}

/** A stretch of one clip. */
export interface Span {
  readonly clip: PlayerClip;
  /** On the clip's own clock. */
  readonly fromMs: number;
  readonly toMs: number;
  /** Where it begins on the entry's line. */
  readonly startMs: number;
}

export interface Place {
  /** Index of the span. */
  readonly index: number;
  /** On the clip's own clock. */
  readonly clipMs: number;
}

/** @param full shows what was trimmed away as well */
export function spansOf(clips: readonly PlayerClip[], full: boolean): Span[] {
  const spans: Span[] = [];
  let startMs = 0;
  for (const clip of clips) {
    const trim = full ? null : clip.trim;
    const toMs = Math.min(trim?.toMs ?? clip.durationMs, clip.durationMs);
    const fromMs = Math.min(trim?.fromMs ?? 0, toMs);
    spans.push({ clip, fromMs, toMs, startMs });
    startMs += toMs - fromMs;
  }
  return spans;
}

export function lengthOf(spans: readonly Span[]): number {
  const last = spans.at(-1);
  return last ? last.startMs + last.toMs - last.fromMs : 0;
}

/** Where moment `ms` of the line lies. The seam between two clips belongs to the later one; null without clips. */
export function placeAt(spans: readonly Span[], ms: number): Place | null {
  if (spans.length === 0) return null;
  const wanted = Math.min(Math.max(ms, 0), lengthOf(spans));
  const found = spans.findLastIndex((span) => span.startMs <= wanted);
  // An empty last span has no moment of its own.
  const index = Math.max(0, found);
  const span = spans[index];
  return span ? { index, clipMs: Math.min(span.fromMs + wanted - span.startMs, span.toMs) } : null;
}

/** The moment of the line at which `place` is seen. */
export function momentOf(spans: readonly Span[], { index, clipMs }: Place): number {
  const span = spans[index];
  if (!span) return 0;
  return span.startMs + Math.min(Math.max(clipMs, span.fromMs), span.toMs) - span.fromMs;
}
