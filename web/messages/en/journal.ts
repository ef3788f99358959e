/** English: journal. */
export const journal = {};
