/** What a page and its workers still hold in memory, after everything that can be collected was. */
import type { CDPSession, Page } from '@playwright/test';

/** One JavaScript realm: the page itself, or one of its workers. */
export interface Realm {
  /** `page`, or the address of the worker's script. */
  readonly name: string;
  /** All strings of the heap, in one text. */
  readonly strings: string;
  /** How many keys of the browser's own cryptography are reachable. */
  readonly keys: number;
}

interface Message {
  readonly id?: number;
  readonly method?: string;
  readonly params?: { readonly chunk?: string };
  readonly result?: unknown;
  readonly error?: { readonly message: string };
}

type Send = (method: string, parameters?: object) => Promise<unknown>;

interface Evaluated {
  readonly result: { readonly objectId?: string; readonly value?: unknown };
}

export async function realmsOf(page: Page): Promise<Realm[]> {
  const session = await page.context().newCDPSession(page);
  try {
    const workers: { sessionId: string; name: string }[] = [];
    session.on('Target.attachedToTarget', ({ sessionId, targetInfo }) => {
      workers.push({ sessionId, name: targetInfo.url });
    });
    await session.send('Target.setAutoAttach', { autoAttach: true, waitForDebuggerOnStart: false, flatten: false });
    const realms = [await realmOf('page', ...direct(session))];
    for (const { sessionId, name } of workers) realms.push(await realmOf(name, ...nested(session, sessionId)));
    return realms;
  } finally {
    await session.detach();
  }
}

async function realmOf(name: string, send: Send, chunks: readonly string[]): Promise<Realm> {
  await send('Runtime.enable');
  await send('HeapProfiler.enable');
  // What the debugger itself was told to type is kept by its own objects; those go with them.
  await send('Runtime.releaseObjectGroup', { objectGroup: 'console' });
  await send('HeapProfiler.collectGarbage');
  await send('HeapProfiler.takeHeapSnapshot', { reportProgress: false });
  const { strings } = JSON.parse(chunks.join('')) as { strings: string[] };
  return { name, strings: strings.join('\n'), keys: await countOf(send, 'CryptoKey') };
}

/** How many objects of one kind live. Not for buffers: the debugger neither finds nor opens them. */
async function countOf(send: Send, kind: string): Promise<number> {
  const prototype = (await send('Runtime.evaluate', { expression: `${kind}.prototype` })) as Evaluated;
  const { objects } = (await send('Runtime.queryObjects', { prototypeObjectId: prototype.result.objectId })) as {
    objects: { objectId: string };
  };
  const called = (await send('Runtime.callFunctionOn', {
    objectId: objects.objectId,
    functionDeclaration: 'function () { return this.length; }',
    returnByValue: true
  })) as Evaluated;
  await send('Runtime.releaseObject', { objectId: objects.objectId });
  if (typeof called.result.value !== 'number') throw new Error(`nobody counted the objects of kind ${kind}`);
  return called.result.value;
}

function direct(session: CDPSession): [Send, string[]] {
  const chunks: string[] = [];
  session.on('HeapProfiler.addHeapSnapshotChunk', ({ chunk }) => chunks.push(chunk));
  const send = session.send.bind(session) as unknown as Send;
  return [send, chunks];
}

/** Playwright passes on no session of a worker, so its messages travel inside those of the page. */
function nested(session: CDPSession, sessionId: string): [Send, string[]] {
  const chunks: string[] = [];
  const waiting = new Map<number, (message: Message) => void>();
  session.on('Target.receivedMessageFromTarget', (event) => {
    if (event.sessionId !== sessionId) return;
    const message = JSON.parse(event.message) as Message;
    if (message.id !== undefined) waiting.get(message.id)?.(message);
    if (message.method === 'HeapProfiler.addHeapSnapshotChunk') chunks.push(message.params?.chunk ?? '');
  });
  let last = 0;
  const send: Send = (method, parameters = {}) => {
    const id = ++last;
    const answered = new Promise<unknown>((resolve, reject) => {
      waiting.set(id, ({ result, error }) => {
        if (error) reject(new Error(`${method}: ${error.message}`));
        else resolve(result);
      });
    });
    const message = JSON.stringify({ id, method, params: parameters });
    return session.send('Target.sendMessageToTarget', { sessionId, message }).then(() => answered);
  };
  return [send, chunks];
}
