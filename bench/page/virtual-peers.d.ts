/** Adapters of the peers that are installed, by name; made by browser/page-build.ts. */
declare module 'virtual:peers' {
  export const peers: Readonly<Record<string, () => Promise<unknown>>>;
}

declare module '*/start-worker.mjs' {
  export function startColumnWorker(): Worker;
}
