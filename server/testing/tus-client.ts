/** What a device says to upload an object, in the fewest words. For tests that run the whole relay. */
import { OFFSET_TYPE, TICKET_HEADER, TUS_VERSION } from '#server/uploads/upload-headers.ts';
import type { TestClient } from './relay-client.ts';

export function patchHeaders(offset: number, length?: number): Record<string, string> {
  return {
    'Tus-Resumable': TUS_VERSION,
    'Content-Type': OFFSET_TYPE,
    'Upload-Offset': String(offset),
    ...(length === undefined ? {} : { 'Content-Length': String(length) })
  };
}

/** @returns the place of a new upload */
export async function createUpload(client: TestClient, objectId: string, length: number): Promise<string> {
  const { json, status } = await client.call<{ ticket: string }>('POST', '/tickets', { objectId, length });
  if (status !== 201) throw new Error(`no ticket: ${JSON.stringify(json)}`);
  const headers = { 'Tus-Resumable': TUS_VERSION, 'Upload-Length': String(length), [TICKET_HEADER]: json.ticket };
  const created = await client.relay.fetch('/api/uploads', { method: 'POST', headers }, client.address);
  if (created.status !== 201) throw new Error(`no upload: ${await created.text()}`);
  return created.headers.get('Location') ?? '';
}

/** Bytes that the relay has of an upload. */
export async function offsetAt(client: TestClient, place: string): Promise<number> {
  const headers = { 'Tus-Resumable': TUS_VERSION };
  const response = await client.relay.fetch(place, { method: 'HEAD', headers }, client.address);
  if (response.status !== 200) throw new Error(`HEAD answered ${String(response.status)}`);
  return Number(response.headers.get('Upload-Offset'));
}

export function patch(client: TestClient, place: string, offset: number, bytes: Uint8Array): Promise<Response> {
  const init = { method: 'PATCH', headers: patchHeaders(offset), body: Buffer.from(bytes) };
  return client.relay.fetch(place, init, client.address);
}

export async function objectBytes(client: TestClient, objectId: string): Promise<Buffer> {
  const headers = { Cookie: `__Host-svj=${client.cookie ?? ''}`, 'Sec-Fetch-Site': 'same-origin' };
  const response = await client.relay.fetch(`/api/objects/${objectId}`, { headers }, client.address);
  return Buffer.from(await response.arrayBuffer());
}
