/** English: entry. */
export const entry = {};
