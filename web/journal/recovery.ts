/** Recovery words as people type and paste them. */

export const RECOVERY_WORD_COUNT = 24;

/** Words of a pasted kit: numbers, dots and other signs between them are left out, case does not matter. */
export function splitWords(text: string): readonly string[] {
  return text
    .normalize('NFKD')
    .toLowerCase()
    .split(/[^\p{Letter}\p{Mark}]+/u)
    .filter((word) => word !== '');
}
