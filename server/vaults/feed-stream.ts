/** Tells a device that waits whenever its vault was changed: server-sent events that carry the place in the feed. */
import type { Drain } from '#server/api/drain.ts';
import type { Database } from '#server/db/database.ts';
import type { Published } from './published.ts';
import { vaultTopic } from './vaults.ts';

/** Keeps proxies from closing a silent connection, and finds out who is gone. */
const BEAT_MS = 20_000;

export interface FeedStreamParts {
  readonly database: Database;
  readonly published: Published;
  readonly accountId: string;
  /** Whether the session still lives; asked with every beat. */
  readonly isSignedIn: () => Promise<boolean>;
  readonly signal: AbortSignal;
  readonly drain: Drain;
}

export function feedStream({ database, published, accountId, isSignedIn, signal, drain }: FeedStreamParts): Response {
  const encoder = new TextEncoder();
  let end = (): void => undefined;
  const body = new ReadableStream<Uint8Array>({
    async start(controller) {
      let last = -1;
      const tell = async (): Promise<void> => {
        const feed = await published.feed(accountId);
        if (feed <= last) return;
        last = feed;
        controller.enqueue(encoder.encode(`data: ${JSON.stringify({ feed })}\n\n`));
      };
      // Whatever fails ends the stream: the device connects again and asks by its cursor.
      const orEnd = (work: Promise<void>): void =>
        void work.catch(() => {
          end();
        });
      const stop = await database.signals.on(vaultTopic(accountId), () => {
        orEnd(tell());
      });
      const beat = setInterval(() => {
        orEnd(
          isSignedIn().then((isStill) => {
            if (!isStill) {
              end();
              return undefined;
            }
            controller.enqueue(encoder.encode(':\n\n'));
            // What was said while nobody could hear it.
            return tell();
          })
        );
      }, BEAT_MS);
      let isEnded = false;
      end = () => {
        if (isEnded) return;
        isEnded = true;
        clearInterval(beat);
        stop();
        stay();
        try {
          controller.close();
        } catch {
          // The reader was faster.
        }
      };
      // The device connects again, to the process that comes next.
      const stay = drain.whenBegun(() => {
        end();
      });
      signal.addEventListener('abort', () => {
        end();
      });
      await tell();
    },
    cancel() {
      end();
    }
  });
  return new Response(body, { headers: { 'Content-Type': 'text/event-stream', 'Cache-Control': 'no-store' } });
}
