/** Runs one law of the object port against OPFS: sync access handles exist in dedicated workers only. */
import { LawBroken } from './law.ts';
import { fullStoreLaws, objectStoreLaws } from './object-store-laws.ts';
import { OpfsObjects } from '../opfs.ts';

interface Order {
  readonly law: string;
  /** Null for a device with room. */
  readonly tooMuch: number | null;
}

const scope = self as unknown as DedicatedWorkerGlobalScope;

scope.onmessage = async ({ data: { law, tooMuch } }: MessageEvent<Order>) => {
  try {
    const objects = new OpfsObjects();
    for (const name of await objects.list()) await objects.remove(name);
    const subject = { objects, reopen: () => Promise.resolve(new OpfsObjects()) };
    if (tooMuch === null) await required(objectStoreLaws[law])(subject);
    else await required(fullStoreLaws[law])({ ...subject, tooMuch });
    scope.postMessage(null);
  } catch (thrown) {
    scope.postMessage(thrown instanceof Error ? `${thrown.name}: ${thrown.message}` : String(thrown));
  }
};

function required<T>(law: T | undefined): T {
  if (law === undefined) throw new LawBroken('no such law');
  return law;
}
