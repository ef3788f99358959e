/**
 * What the operator may set, read once at the start. A wrong value stops the start with one line that names the
 * variable and what it takes; nothing is guessed and no default stands in for a mistake.
 */
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';

export interface Config {
  readonly port: number;
  readonly host: string;
  /** Absolute. */
  readonly dataDir: string;
  /** Absent where a proxy in front speaks TLS, or nothing does. */
  readonly tls: Tls | undefined;
}

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

type Environment = Readonly<Record<string, string | undefined>>;

/** @throws {ConfigError} */
export function readConfig(env: Environment): Config {
  return {
    port: readPort(env),
    host: readHost(env),
    dataDir: resolve(valueOf(env, 'DATA_DIR') ?? './data'),
    tls: readTls(env)
  };
}

/** An empty value counts as absent: that is what `VARIABLE= npm start` and most service files mean. */
function valueOf(env: Environment, variable: string): string | undefined {
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
