/** Tickets as laws and attacks, in process (attack C6). */
import { describe, expect, it } from 'vitest';
import { newObjectId } from '#shared/ids.ts';
import { codeOf, embedded, upload } from './testing/upload-steps.ts';
import { ALICE, as, BOB, MAX_OBJECT_BYTES, placeOf, someBytes, tus } from './testing/upload-subject.ts';
import { TICKET_MS } from './tickets.ts';

describe('a ticket', () => {
  it('C6 is refused when it is unknown, made up, used or expired, in the same words', async () => {
    let now = 1_000;
    const subject = await embedded({ now: () => now });
    const used = await subject.ticket(1);
    expect((await subject.create(used, 1)).status).toBe(201);
    const expired = await subject.ticket(1);
    const fresh = await subject.ticket(1);
    now += TICKET_MS - 1;
    const late = await subject.ticket(1);
    now += 1;
    const answers = await Promise.all(
      ['', 'x', 'f'.repeat(64), fresh.toUpperCase(), used, expired].map((ticket) => subject.create(ticket, 1))
    );
    for (const response of answers) {
      expect(response.status).toBe(403);
      expect(await codeOf(response)).toBe('ticket/refused');
    }
    expect((await subject.create(late, 1)).status).toBe(201);
    await subject.tickets.purge();
    expect(await subject.database.query.selectFrom('tickets').selectAll().execute()).toEqual([]);
  });

  it('C6 is bound to its length, and a refusal leaves it whole', async () => {
    const subject = await embedded();
    const ticket = await subject.ticket(10);
    for (const [length, status, code] of [
      [11, 413, 'upload/too-long'],
      [9, 400, 'upload/length'],
      [null, 400, 'upload/length']
    ] as const) {
      const response = await subject.create(ticket, length);
      expect([response.status, await codeOf(response)]).toEqual([status, code]);
    }
    expect(await subject.usage()).toBe(0);
    expect((await subject.create(ticket, 10)).status).toBe(201);
  });

  it('C6 makes the object it was given for, whatever the request says', async () => {
    const subject = await embedded();
    const [mine, other] = [newObjectId(), newObjectId()];
    const ticket = await subject.ticket(3, mine);
    const path = `/api/uploads?objectId=${other}`;
    const headers = tus({ 'Upload-Ticket': ticket, 'Upload-Length': '3', 'Object-Id': other });
    const created = await subject.request('POST', path, headers);
    await subject.patch(placeOf(created), 0, new Uint8Array([1, 2, 3]));
    expect((await subject.get(mine)).status).toBe(200);
    expect((await subject.get(other)).status).toBe(404);
  });

  it('C6 of another account is refused to a session, and works without one', async () => {
    const subject = await embedded();
    const ticket = await subject.ticket(3, newObjectId(), ALICE);
    expect((await subject.create(ticket, 3, as(BOB))).status).toBe(403);
    const created = await subject.create(ticket, 3);
    expect(created.status).toBe(201);
    expect((await subject.request('HEAD', placeOf(created), tus(as(BOB)))).status).toBe(404);
    expect((await subject.request('HEAD', placeOf(created), tus(as(ALICE)))).status).toBe(200);
  });

  it('is given to a session, for what fits, and for nothing that is there', async () => {
    const subject = await embedded();
    const ask = (body: unknown, headers: Record<string, string>) =>
      subject.request(
        'POST',
        '/api/tickets',
        { 'Content-Type': 'application/json', ...headers },
        new TextEncoder().encode(JSON.stringify(body))
      );
    const objectId = newObjectId();
    expect((await ask({ objectId, length: 5 }, {})).status).toBe(404);
    for (const odd of [
      {},
      { objectId },
      { objectId: 'x', length: 1 },
      { objectId, length: -1 },
      { objectId, length: 1.5 }
    ]) {
      expect((await ask(odd, as(ALICE))).status).toBe(400);
    }
    expect((await ask({ objectId, length: MAX_OBJECT_BYTES + 1 }, as(ALICE))).status).toBe(413);
    expect((await ask({ objectId, maximum: 5, pad: 'x'.repeat(2000) }, as(ALICE))).status).toBe(413);
    const given = await ask({ objectId, maximum: 5 }, as(ALICE));
    expect(given.status).toBe(201);
    const { ticket } = (await given.json()) as { ticket: string };
    expect((await subject.create(ticket, null)).status).toBe(201);
    const stored = await upload(subject, someBytes(3));
    expect((await ask({ objectId: stored, length: 3 }, as(ALICE))).status).toBe(409);
  });

  it('of an object whose upload was lost takes the room of that one over', async () => {
    const subject = await embedded({ quota: 100 });
    const objectId = newObjectId();
    expect((await subject.create(await subject.ticket(60, objectId), 60)).status).toBe(201);
    expect((await subject.create(await subject.ticket(60, objectId), 60)).status).toBe(201);
    expect((await subject.create(await subject.ticket(60), 60)).status).toBe(413);
    expect((await subject.create(await subject.ticket(40), 40)).status).toBe(201);
  });

  it('is nowhere in the database, nor is the address of its upload', async () => {
    const subject = await embedded();
    const ticket = await subject.ticket(1);
    const secret =
      placeOf(await subject.create(await subject.ticket(1), 1))
        .split('/')
        .at(-1) ?? '';
    expect(secret).toMatch(/^[0-9a-f]{64}$/);
    for (const table of ['tickets', 'uploads'] as const) {
      const rows = await subject.database.query.selectFrom(table).selectAll().execute();
      expect(rows.length).toBeGreaterThan(0);
      const text = rows
        .flatMap((row) => Object.values(row))
        .map((value) => (value instanceof Uint8Array ? Buffer.from(value).toString('hex') : String(value)));
      for (const hidden of [ticket, secret]) expect(text.join(' ')).not.toContain(hidden);
    }
  });
});
