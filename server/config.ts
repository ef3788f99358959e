/**
 * What the operator may set, read once at the start. A wrong value stops the start with one line that names the
 * variable and what it takes; nothing is guessed and no default stands in for a mistake.
 */
import { readFileSync } from 'node:fs';
import { BlockList, isIP } from 'node:net';
import { join, resolve } from 'node:path';

export interface Config {
  readonly port: number;
  readonly host: string;
  /** Absolute. */
  readonly dataDir: string;
  /** Absent where a proxy in front speaks TLS, or nothing does. */
  readonly tls: Tls | undefined;
  /** Of PostgreSQL; absent for the embedded database. */
  readonly databaseUrl: string | undefined;
  readonly keyring: KeyringPlace;
  /** Addresses whose word about other addresses is taken. */
  readonly proxies: BlockList;
  readonly sessionIdleMinutes: number;
  readonly logRetentionDays: number;
}

/** Where the relay's own keys come from. */
export type KeyringPlace =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'file'; readonly path: string; readonly mayMake: boolean };

export interface Tls {
  readonly cert: Buffer;
  readonly key: Buffer;
}

export class ConfigError extends Error {
  override readonly name = 'ConfigError';

  constructor(variable: string, takes: string) {
    super(`${variable} takes ${takes}.`);
  }
}

export type Environment = Readonly<Record<string, string | undefined>>;

/** @throws {ConfigError} */
export function readConfig(env: Environment): Config {
  const dataDir = resolve(valueOf(env, 'DATA_DIR') ?? './data');
  return {
    port: readPort(env),
    host: readHost(env),
    dataDir,
    tls: readTls(env),
    databaseUrl: readDatabaseUrl(env),
    keyring: readKeyring(env, dataDir, valueOf(env, 'DATABASE_URL') === undefined),
    proxies: readProxies(env),
    sessionIdleMinutes: readWhole(env, 'SESSION_IDLE_MINUTES', { preset: 30, most: 720, unit: 'minutes' }),
    logRetentionDays: readWhole(env, 'LOG_RETENTION_DAYS', { preset: 30, most: 365, unit: 'days' })
  };
}

/** An empty value counts as absent: that is what `VARIABLE= npm start` and most service files mean. */
export function valueOf(env: Environment, variable: string): string | undefined {
  const value = env[variable];
  return value === '' ? undefined : value;
}

function readPort(env: Environment): number {
  const text = valueOf(env, 'PORT') ?? '8787';
  const port = /^\d{1,5}$/.test(text) ? Number(text) : Number.NaN;
  if (!(port <= 65_535)) throw new ConfigError('PORT', 'a port number from 0 to 65535 (0: any free one)');
  return port;
}

function readHost(env: Environment): string {
  const host = valueOf(env, 'HOST') ?? '127.0.0.1';
  if (!/^[A-Za-z0-9.:_-]+$/.test(host))
    throw new ConfigError('HOST', 'one address or host name, without a port or scheme');
  return host;
}

function readTls(env: Environment): Tls | undefined {
  const certFile = valueOf(env, 'TLS_CERT');
  const keyFile = valueOf(env, 'TLS_KEY');
  if (certFile === undefined && keyFile === undefined) return undefined;
  if (certFile === undefined) throw new ConfigError('TLS_CERT', 'the path of a PEM certificate, since TLS_KEY is set');
  if (keyFile === undefined) throw new ConfigError('TLS_KEY', 'the path of a PEM key, since TLS_CERT is set');
  return { cert: readPem('TLS_CERT', certFile), key: readPem('TLS_KEY', keyFile) };
}

function readPem(variable: string, file: string): Buffer {
  const refusal = new ConfigError(variable, 'the path of a readable PEM file');
  try {
    const bytes = readFileSync(file);
    if (bytes.includes('-----BEGIN ')) return bytes;
  } catch {
    throw refusal;
  }
  throw refusal;
}

function readDatabaseUrl(env: Environment): string | undefined {
  const url = valueOf(env, 'DATABASE_URL');
  if (url === undefined || (URL.canParse(url) && /^postgres(?:ql)?:$/.test(new URL(url).protocol))) return url;
  throw new ConfigError('DATABASE_URL', 'an address of PostgreSQL: postgres://user:password@host:port/database');
}

function readKeyring(env: Environment, dataDir: string, isEmbedded: boolean): KeyringPlace {
  const text = valueOf(env, 'ENCRYPTION_KEYS');
  const path = valueOf(env, 'KEYRING_FILE');
  if (text !== undefined && path !== undefined) {
    throw new ConfigError('ENCRYPTION_KEYS', 'keys only where KEYRING_FILE is not set');
  }
  if (text !== undefined) return { kind: 'text', text };
  return {
    kind: 'file',
    path: resolve(path ?? join(dataDir, 'keyring.json')),
    mayMake: path === undefined && isEmbedded
  };
}

function readProxies(env: Environment): BlockList {
  const proxies = new BlockList();
  const refusal = new ConfigError('TRUSTED_PROXY', 'addresses or blocks, separated by commas: 10.0.0.1, 10.1.0.0/16');
  for (const item of valueOf(env, 'TRUSTED_PROXY')?.split(',') ?? []) {
    const [address = '', bits, ...more] = item.trim().split('/');
    const family = isIP(address);
    const isSane = bits === undefined || (/^\d{1,3}$/.test(bits) && Number(bits) <= (family === 4 ? 32 : 128));
    if (family === 0 || more.length > 0 || !isSane) throw refusal;
    if (bits === undefined) proxies.addAddress(address, family === 4 ? 'ipv4' : 'ipv6');
    else proxies.addSubnet(address, Number(bits), family === 4 ? 'ipv4' : 'ipv6');
  }
  return proxies;
}

interface WholeSetting {
  readonly preset: number;
  readonly most: number;
  readonly unit: string;
}

function readWhole(env: Environment, variable: string, { preset, most, unit }: WholeSetting): number {
  const text = valueOf(env, variable);
  if (text === undefined) return preset;
  const number = /^\d{1,6}$/.test(text) ? Number(text) : 0;
  if (number < 1 || number > most) throw new ConfigError(variable, `whole ${unit} from 1 to ${String(most)}`);
  return number;
}
