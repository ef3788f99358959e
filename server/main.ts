/** Starts the relay: reads the configuration, listens, and on SIGTERM finishes what runs before it ends. */
import { access, constants, mkdir } from 'node:fs/promises';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { serve, type ServerType } from '@hono/node-server';
import { createApp } from './app.ts';
import { ConfigError, readConfig, type Config } from './config.ts';
import { DRAIN } from '#server/api/drain.ts';
import { KeyringError } from '#server/at-rest/keyring.ts';
import { readStorageConfig } from '#server/objects/storage-config.ts';
import { readUploadLimits } from '#server/uploads/upload-limits.ts';
import { Relay, type RelayConfig } from './relay.ts';
import { createSite } from './site.ts';
import { readSite } from './site-files.ts';

const BUILD_DIR = join(import.meta.dirname, '..', 'build');
/** How often connections that fell silent are looked for while the process ends. */
const LOOK_MS = 100;

/** @returns the exit code of a start that failed; 0 once the server listens, which keeps the process alive. */
export async function main(env: Readonly<Record<string, string | undefined>>): Promise<number> {
  // Whatever is written, now or later, is for this user alone.
  process.umask(0o077);
  try {
    const config = readConfig(env);
    const relayConfig = {
      ...config,
      storage: readStorageConfig(env, config.dataDir),
      uploads: readUploadLimits(env)
    };
    await mkdir(config.dataDir, { recursive: true });
    await listen(config, relayConfig);
    return 0;
  } catch (thrown) {
    console.error(explain(thrown));
    return 1;
  }
}

async function listen(config: Config, relayConfig: RelayConfig): Promise<void> {
  const relay = await Relay.open(relayConfig, Date.now);
  if (relay.newKeyring !== null) console.log(`Made a new keyring, which only this user can read: ${relay.newKeyring}`);
  const app = createApp({
    site: createSite(await readSite(BUILD_DIR)),
    api: relay.api,
    probes: [{ name: 'data', check: () => access(config.dataDir, constants.W_OK) }, ...relay.probes],
    tls: config.tls !== undefined,
    isDraining: () => relay.drain.isBegun
  });

  const server = await new Promise<ServerType>((resolve, reject) => {
    const listening = serve(
      { fetch: app.fetch, port: config.port, hostname: config.host, ...serverOptions(config) },
      () => {
        resolve(listening);
      }
    );
    listening.once('error', reject);
  });
  // A connection on which nothing moves, in either direction: a reader that stopped reading is cut too.
  if ('setTimeout' in server) server.setTimeout(SILENT_MS);
  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    process.once(signal, () => {
      drain(server, relay);
    });
  }
  // Last: whoever reads this line may send a signal at once.
  console.log(`Secure Video Journal is ready: ${addressOf(server, config)}`);
}

/**
 * A request may take as long as it moves: each part that reads a body watches its progress, and Node's own limit would cut
 * an honest upload over a slow line after five minutes. Its headers must be there at once.
 */
const TIMES = { requestTimeout: 0, headersTimeout: 20_000, keepAliveTimeout: 10_000 };

const SILENT_MS = 5 * 60_000;

function serverOptions({ tls }: Config) {
  if (tls === undefined) return { serverOptions: TIMES };
  return { createServer: createTlsServer, serverOptions: { ...TIMES, ...tls, minVersion: 'TLSv1.3' as const } };
}

/**
 * No new connections and no new uploads; what runs may finish. Later an upload is cut at what is durable of it and
 * answered, and then whatever is still open is closed.
 */
function drain(server: ServerType, relay: Relay): void {
  relay.drain.begin();
  server.close(() => void relay.close().finally(() => process.exit(0)));
  if ('closeIdleConnections' in server) setInterval(() => server.closeIdleConnections(), LOOK_MS).unref();
  setTimeout(() => relay.drain.cut(), DRAIN.cutAfter).unref();
  setTimeout(() => {
    if ('closeAllConnections' in server) server.closeAllConnections();
  }, DRAIN.closeAfter).unref();
  setTimeout(() => process.exit(0), DRAIN.exitAfter).unref();
}

/** By name where it can be: passkeys belong to a host name, and do not work on a bare address. */
function addressOf(server: ServerType, { host, tls }: Config): string {
  const { port } = server.address() as AddressInfo;
  const name = ['127.0.0.1', '::1', '0.0.0.0', '::'].includes(host) ? 'localhost' : host;
  return `${tls ? 'https' : 'http'}://${name}:${String(port)}`;
}

function explain(thrown: unknown): string {
  if (thrown instanceof ConfigError || thrown instanceof KeyringError) return thrown.message;
  if (!(thrown instanceof Error)) return String(thrown);
  const { code } = thrown as NodeJS.ErrnoException;
  if (code === 'EADDRINUSE') return 'PORT takes a port that no other program listens on; this one is taken.';
  if (code === 'EACCES' && (thrown as NodeJS.ErrnoException).syscall === 'listen') {
    return 'PORT takes a port this user may listen on; ports below 1024 need more rights.';
  }
  return thrown.message;
}

if (process.argv[1] === import.meta.filename) {
  const code = await main(process.env);
  if (code !== 0) process.exit(code);
}
