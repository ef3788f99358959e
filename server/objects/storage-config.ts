/** Where objects lie, as the operator sets it. Credentials are not among it: the AWS library finds them by its chain. */
import { isAbsolute, join, resolve } from 'node:path';
import { ConfigError, valueOf, type Environment } from '#server/config.ts';

export interface S3Settings {
  readonly bucket: string;
  readonly region: string;
  /** Absent for AWS itself. */
  readonly endpoint: string | undefined;
  /** The bucket in the path instead of in the host name, as most stores outside AWS want it. */
  readonly forcePathStyle: boolean;
  readonly sse: 'none' | 'AES256' | 'aws:kms';
  readonly kmsKeyId: string | undefined;
}

export type Place =
  { readonly kind: 'folder'; readonly folder: string } | { readonly kind: 's3'; readonly settings: S3Settings };

export interface StorageConfig {
  readonly primary: Place;
  /** Where every complete object is kept a second time, and removed from too. */
  readonly replica: Place | undefined;
}

/** @throws {ConfigError} */
export function readStorageConfig(env: Environment, dataDir: string): StorageConfig {
  const storage = valueOf(env, 'STORAGE') ?? 'local';
  if (storage !== 'local' && storage !== 's3') throw new ConfigError('STORAGE', '"local" or "s3"');
  const primary: Place =
    storage === 'local'
      ? { kind: 'folder', folder: join(dataDir, 'objects') }
      : { kind: 's3', settings: readS3(env, 'S3_BUCKET') };
  return { primary, replica: readReplica(env, primary) };
}

function readReplica(env: Environment, primary: Place): Place | undefined {
  const folder = valueOf(env, 'REPLICA_DIR');
  const bucket = valueOf(env, 'S3_REPLICA_BUCKET');
  if (folder !== undefined && bucket !== undefined)
    throw new ConfigError('REPLICA_DIR', 'nothing while S3_REPLICA_BUCKET is set: there is one replica');
  if (folder !== undefined) {
    const path = resolve(folder);
    if (!isAbsolute(folder) || (primary.kind === 'folder' && within(path, primary.folder)))
      throw new ConfigError('REPLICA_DIR', 'the absolute path of a folder outside DATA_DIR/objects');
    return { kind: 'folder', folder: path };
  }
  if (bucket === undefined) return undefined;
  const settings = readS3(env, 'S3_REPLICA_BUCKET');
  if (primary.kind === 's3' && settings.bucket === primary.settings.bucket)
    throw new ConfigError('S3_REPLICA_BUCKET', 'another bucket than S3_BUCKET');
  return { kind: 's3', settings };
}

function within(path: string, folder: string): boolean {
  return path === folder || path.startsWith(`${folder}/`) || folder.startsWith(`${path}/`);
}

function readS3(env: Environment, variable: 'S3_BUCKET' | 'S3_REPLICA_BUCKET'): S3Settings {
  const bucket = valueOf(env, variable) ?? '';
  if (!/^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/.test(bucket))
    throw new ConfigError(variable, 'the name of a bucket: 3 to 63 lower-case letters, digits, dots and hyphens');
  const region = valueOf(env, 'S3_REGION') ?? 'us-east-1';
  if (!/^[a-z0-9-]{1,40}$/.test(region)) throw new ConfigError('S3_REGION', 'a region such as eu-central-1');
  const sse = readSse(env);
  const kmsKeyId = valueOf(env, 'S3_KMS_KEY_ID');
  if (kmsKeyId !== undefined && sse !== 'aws:kms')
    throw new ConfigError('S3_KMS_KEY_ID', 'a key only together with S3_SSE=aws:kms');
  return { bucket, region, endpoint: readEndpoint(env), forcePathStyle: readPathStyle(env), sse, kmsKeyId };
}

function readEndpoint(env: Environment): string | undefined {
  const endpoint = valueOf(env, 'S3_ENDPOINT');
  if (endpoint === undefined) return undefined;
  const url = URL.parse(endpoint);
  const plain = url !== null && url.username === '' && url.search === '' && url.hash === '';
  if (!plain || !['http:', 'https:'].includes(url.protocol))
    throw new ConfigError(
      'S3_ENDPOINT',
      'an http or https address without a user name, such as https://s3.example.org'
    );
  return endpoint;
}

function readPathStyle(env: Environment): boolean {
  const value = valueOf(env, 'S3_FORCE_PATH_STYLE') ?? 'false';
  if (value !== 'true' && value !== 'false') throw new ConfigError('S3_FORCE_PATH_STYLE', '"true" or "false"');
  return value === 'true';
}

function readSse(env: Environment): S3Settings['sse'] {
  const sse = valueOf(env, 'S3_SSE') ?? 'none';
  if (sse !== 'none' && sse !== 'AES256' && sse !== 'aws:kms')
    throw new ConfigError('S3_SSE', '"none", "AES256" or "aws:kms"');
  return sse;
}
