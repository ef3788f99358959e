/** Known answers and hostile inputs, readable by the same test in Node and in a browser. See vectors-plugin.ts. */
declare module 'virtual:vectors' {
  /** False where the folder is not on this machine: `describe.skipIf(!vectorsPresent)`, so that the skip is counted. */
  export const vectorsPresent: boolean;
  /** The bytes of one file, or `null` when it is not there. `path` is relative to the folder: `'svj1/cases.json'`. */
  export function readVector(path: string): Promise<Uint8Array<ArrayBuffer> | null>;
  /** The same as UTF-8 text. */
  export function readVectorText(path: string): Promise<string | null>;
  /** Every file below `folder`, recursively, sorted, relative to the root of the vectors; empty when it is not there. */
  export function listVectors(folder?: string): Promise<string[]>;
}
