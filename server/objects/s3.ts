/**
 * One bucket of an S3 store, in the few calls that objects need. The only file that knows the AWS library; every
 * failure leaves it as a code of the table.
 */
import { Readable } from 'node:stream';
import {
  AbortMultipartUploadCommand,
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  DeleteObjectCommand,
  GetObjectCommand,
  HeadObjectCommand,
  paginateListObjectsV2,
  ListMultipartUploadsCommand,
  ListPartsCommand,
  ListObjectVersionsCommand,
  PutObjectCommand,
  PutObjectTaggingCommand,
  S3Client,
  UploadPartCommand
} from '@aws-sdk/client-s3';
import { SvjError } from '#shared/errors.ts';
import type { S3Settings } from './storage-config.ts';

/** A slow client keeps a connection to the store busy for as long as its part takes. */
const MAX_SOCKETS = 1024;
const CONNECT_MS = 5_000;
const IDLE_MS = 30_000;
const nothing = () => undefined;
const SILENT = { trace: nothing, debug: nothing, info: nothing, warn: nothing, error: nothing };

export interface StoredPart {
  readonly number: number;
  readonly size: number;
  readonly etag: string;
}

export interface StoredItem {
  readonly size: number;
  readonly metadata: Readonly<Record<string, string>>;
  /** Another one for other bytes. */
  readonly etag: string;
}

export class S3Bucket {
  readonly #bucket: string;
  readonly #client: S3Client;
  readonly #encryption: { ServerSideEncryption?: 'AES256' | 'aws:kms'; SSEKMSKeyId?: string };

  constructor(settings: S3Settings, idleMs = IDLE_MS) {
    this.#bucket = settings.bucket;
    this.#encryption = {
      ...(settings.sse === 'none' ? {} : { ServerSideEncryption: settings.sse }),
      ...(settings.kmsKeyId === undefined ? {} : { SSEKMSKeyId: settings.kmsKeyId })
    };
    const agent = { maxSockets: MAX_SOCKETS, keepAlive: true };
    this.#client = new S3Client({
      region: settings.region,
      forcePathStyle: settings.forcePathStyle,
      ...(settings.endpoint === undefined ? {} : { endpoint: settings.endpoint }),
      // Failures are told by what is thrown; the library's own lines would stand in the log without a request.
      logger: SILENT,
      // By default the library frames a streamed body with a checksum behind it, which many stores do not know: one
      // stored the frame as content, another refused the request.
      requestChecksumCalculation: 'WHEN_REQUIRED',
      responseChecksumValidation: 'WHEN_REQUIRED',
      requestHandler: { connectionTimeout: CONNECT_MS, socketTimeout: idleMs, httpAgent: agent, httpsAgent: agent }
    });
  }

  /** @throws `store/unavailable` when the bucket does not answer */
  async check(): Promise<void> {
    for await (const _ of this.names('', 1)) return;
  }

  async head(name: string): Promise<StoredItem | null> {
    const command = new HeadObjectCommand({ Bucket: this.#bucket, Key: name });
    const found = await this.#client.send(command).catch(absentIsNull);
    return found && { size: found.ContentLength ?? 0, metadata: found.Metadata ?? {}, etag: found.ETag ?? '' };
  }

  /** Bytes `[from, to)`, `to > from`; fewer where the object ends. Null when there is none. */
  async get(
    name: string,
    from: number,
    to: number,
    signal: AbortSignal
  ): Promise<(StoredItem & { readonly body: AsyncIterable<Uint8Array> }) | null> {
    const command = new GetObjectCommand({ Bucket: this.#bucket, Key: name, Range: `bytes=${from}-${to - 1}` });
    const found = await this.#client.send(command, { abortSignal: signal }).catch(absentIsNull);
    if (found === null) return null;
    const body = found.Body as Readable;
    const { ContentLength: size = 0, Metadata: metadata = {}, ETag: etag = '' } = found;
    return { size, metadata, etag, body: tabled(body) };
  }

  async put(name: string, bytes: Uint8Array, account: string, metadata: Record<string, string>): Promise<void> {
    const input = { Bucket: this.#bucket, Key: name, Body: bytes, Metadata: metadata, Tagging: tagOf(account) };
    await this.#client.send(new PutObjectCommand({ ...input, ...this.#encryption })).catch(fail);
  }

  /**
   * Writes in place of what was seen there, and of nothing else; null stands for nothing.
   * @returns its ETag, or null when something else is there now
   */
  async replace(
    name: string,
    seen: string | null,
    bytes: Uint8Array,
    account: string,
    metadata: Record<string, string>
  ): Promise<string | null> {
    const input = { Bucket: this.#bucket, Key: name, Body: bytes, Metadata: metadata, Tagging: tagOf(account) };
    // Without its quotation marks: some stores compare it as it stands in their own tables.
    const only = seen === null ? { IfNoneMatch: '*' } : { IfMatch: seen.replaceAll('"', '') };
    const command = new PutObjectCommand({ ...input, ...only, ...this.#encryption });
    const put = await this.#client.send(command).catch((thrown: unknown) => {
      if (!CHANGED.includes(nameOf(thrown))) fail(thrown);
      return null;
    });
    return put && (put.ETag ?? '');
  }

  /** Some stores forget the tag that a multipart upload began with. */
  async tag(name: string, account: string): Promise<void> {
    const Tagging = { TagSet: [{ Key: 'account', Value: account }] };
    const command = new PutObjectTaggingCommand({ Bucket: this.#bucket, Key: name, Tagging });
    await this.#client.send(command).catch(fail);
  }

  /** Begins a multipart upload. @returns its id */
  async begin(name: string, account: string): Promise<string> {
    const input = { Bucket: this.#bucket, Key: name, Tagging: tagOf(account) };
    const begun = await this.#client
      .send(new CreateMultipartUploadCommand({ ...input, ...this.#encryption }))
      .catch(fail);
    if (begun.UploadId === undefined) throw new SvjError('store/unavailable', 'UploadId');
    return begun.UploadId;
  }

  /** Passes `body` on while it comes; it must have exactly `length` bytes. */
  async putPart(
    name: string,
    upload: string,
    number: number,
    length: number,
    body: AsyncIterable<Uint8Array>,
    signal: AbortSignal
  ): Promise<void> {
    const stream = Readable.from(body, { objectMode: false });
    const input = { Bucket: this.#bucket, Key: name, UploadId: upload, PartNumber: number, ContentLength: length };
    try {
      await this.#client.send(new UploadPartCommand({ ...input, Body: stream }), { abortSignal: signal }).catch(fail);
    } finally {
      stream.destroy();
    }
  }

  /** In order; null when there is no such multipart upload (any more). */
  async parts(name: string, upload: string): Promise<StoredPart[] | null> {
    const found: StoredPart[] = [];
    // The library's own paging goes by the marker alone, which some stores send with the last page too.
    for (let marker: string | undefined, more = true; more;) {
      const input = { Bucket: this.#bucket, Key: name, UploadId: upload, PartNumberMarker: marker };
      const page = await this.#client.send(new ListPartsCommand(input)).catch(absentIsNull);
      if (page === null) return null;
      for (const { PartNumber = 0, Size = 0, ETag = '' } of page.Parts ?? [])
        found.push({ number: PartNumber, size: Size, etag: ETag });
      marker = page.NextPartNumberMarker;
      more = page.IsTruncated === true && marker !== undefined;
    }
    return found;
  }

  async finish(name: string, upload: string, parts: readonly StoredPart[]): Promise<void> {
    const Parts = parts.map(({ number, etag }) => ({ PartNumber: number, ETag: etag }));
    const input = { Bucket: this.#bucket, Key: name, UploadId: upload, MultipartUpload: { Parts } };
    await this.#client.send(new CompleteMultipartUploadCommand(input)).catch(fail);
  }

  /** Ends every unfinished multipart upload of this name, also those that nobody remembers. */
  async abandon(name: string): Promise<void> {
    for (;;) {
      const command = new ListMultipartUploadsCommand({ Bucket: this.#bucket, Prefix: name });
      const { Uploads = [], IsTruncated = false } = await this.#client.send(command).catch(fail);
      for (const { Key, UploadId } of Uploads.filter(({ Key }) => Key === name)) {
        const abort = new AbortMultipartUploadCommand({ Bucket: this.#bucket, Key, UploadId });
        await this.#client.send(abort).catch(absentIsNull);
      }
      if (!IsTruncated) return;
    }
  }

  /** Removes everything whose name begins with `prefix`, each with all its versions. */
  async erase(prefix: string): Promise<void> {
    for (;;) {
      const command = new ListObjectVersionsCommand({ Bucket: this.#bucket, Prefix: prefix });
      const page = await this.#client.send(command).catch(fail);
      for (const { Key, VersionId } of [...(page.Versions ?? []), ...(page.DeleteMarkers ?? [])]) {
        // Without versions the id is the word "null", which removes the object itself.
        await this.#client.send(new DeleteObjectCommand({ Bucket: this.#bucket, Key, VersionId })).catch(fail);
      }
      if (page.IsTruncated !== true) return;
    }
  }

  /** Every name that begins with `prefix`, in the order of their bytes. */
  async *names(prefix: string, pageSize = 1000): AsyncGenerator<string, void, undefined> {
    const pages = paginateListObjectsV2({ client: this.#client, pageSize }, { Bucket: this.#bucket, Prefix: prefix });
    try {
      for await (const { Contents = [] } of pages) for (const { Key } of Contents) if (Key !== undefined) yield Key;
    } catch (thrown) {
      fail(thrown);
    }
  }
}

/** The policy of docs/iam-policy.json holds a role to the objects that carry its own account. */
function tagOf(account: string): string {
  return `account=${account}`;
}

async function* tabled(body: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array, void, undefined> {
  try {
    yield* body;
  } catch (thrown) {
    fail(thrown);
  }
}

const ABSENT = ['NoSuchKey', 'NotFound', 'NoSuchUpload', 'InvalidRange'];
/** A condition that did not hold: something else is there, nothing is, or somebody is writing it right now. */
const CHANGED = ['PreconditionFailed', 'ConditionalRequestConflict', 'NoSuchKey'];
const FULL = ['QuotaExceeded', 'InsufficientStorage', 'XMinioStorageFull'];

function absentIsNull(thrown: unknown): null {
  return ABSENT.includes(nameOf(thrown)) ? null : fail(thrown);
}

function fail(thrown: unknown): never {
  const name = nameOf(thrown);
  if (name === 'AbortError') throw new SvjError('call/aborted', undefined, thrown);
  // The name only: a message of the store may hold addresses and key ids.
  throw new SvjError(FULL.includes(name) ? 'store/full' : 'store/unavailable', name, thrown);
}

function nameOf(thrown: unknown): string {
  return thrown instanceof Error ? thrown.name : '';
}
