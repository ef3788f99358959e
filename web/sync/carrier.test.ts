import { describe, expect, it, vi } from 'vitest';
import { SvjError, type ErrorCode } from '#shared/errors.ts';
import { newObjectId, type ObjectId } from '#shared/ids.ts';
import { Carrier, type CarrierState } from './carrier.ts';
import { MemoryTransfers } from './testing/memory-transfers.ts';

const SIZE = 1000;

/** A carrier of three objects over a relay that does as it is told. */
function rig() {
  const transfers = new MemoryTransfers();
  const objects: ObjectId[] = [newObjectId(), newObjectId(), newObjectId()];
  const strays: ObjectId[] = [];
  const there = new Set<ObjectId>();
  const states: CarrierState[] = [];
  const events: string[] = [];
  const fails = new Map<ObjectId, ErrorCode>();
  const damaged = new Set<ObjectId>();
  const altering = new Set<ObjectId>();
  let locked = false;
  const lock = (is: boolean): void => {
    locked = is;
  };
  const order: ObjectId[] = [];
  const first = Promise.withResolvers<undefined>();
  const nameOf = (id: ObjectId): string => String(objects.indexOf(id));
  const controller = new AbortController();
  const carrier = new Carrier({
    cargo: () => Promise.resolve(objects.map((objectId) => ({ objectId, size: SIZE }))),
    strays: () => Promise.resolve(strays),
    transfers,
    async send(objectId, _signal, progress) {
      if (strays.includes(objectId)) {
        events.push('stray');
        strays.length = 0;
        return 'absent';
      }
      events.push(`send ${nameOf(objectId)}`);
      const failure = fails.get(objectId);
      if (failure !== undefined) throw new SvjError(failure);
      progress(SIZE / 2, SIZE);
      there.add(objectId);
      order.push(objectId);
      first.resolve(undefined);
      await Promise.resolve();
      await transfers.put({ objectId, state: 'backed-up', size: SIZE, url: null, at: 0 });
      return 'backed-up';
    },
    verify(objectId) {
      events.push(`verify ${nameOf(objectId)}`);
      if (locked) return Promise.reject(new SvjError('vault/locked'));
      if (altering.has(objectId)) return Promise.resolve('damaged');
      if (damaged.has(objectId)) return Promise.resolve('damaged');
      return Promise.resolve(there.has(objectId) ? 'verified' : 'absent');
    },
    discard(objectId) {
      events.push(`discard ${nameOf(objectId)}`);
      there.delete(objectId);
      damaged.delete(objectId);
      return Promise.resolve();
    },
    onState: (state) => states.push(state),
    onCarried: () => undefined,
    now: () => 0,
    random: () => 0
  });
  const running = carrier.run(controller.signal);
  const stateOf = async (index: number) => (await transfers.get(objects[index] ?? newObjectId()))?.state;
  const stop = async (): Promise<void> => {
    controller.abort();
    await running;
  };
  const sent = first.promise;
  return {
    lock,
    altering,
    order,
    sent,
    carrier,
    transfers,
    objects,
    strays,
    there,
    states,
    events,
    fails,
    damaged,
    running,
    stop,
    stateOf
  };
}

const done = ({ states }: { states: CarrierState[] }) =>
  vi.waitFor(() => expect(states.at(-1)).toMatchObject({ waiting: 0, under: null, stuck: null }));

describe('the carrier', () => {
  it('sends each object in its turn, has it read back, and says how far it is', async () => {
    const it = rig();
    await done(it);
    expect(it.events).toEqual(['send 0', 'verify 0', 'send 1', 'verify 1', 'send 2', 'verify 2']);
    expect(it.states).toContainEqual({ waiting: 2, waitingBytes: 2 * SIZE, under: 0.5, stuck: null });
    expect(await it.stateOf(2)).toBe('verified');
    await it.stop();
  });

  it('only has read back what is there already, and nothing that was read back', async () => {
    const it = rig();
    await done(it);
    it.events.length = 0;
    const [first = newObjectId()] = it.objects;
    await it.transfers.put({ objectId: first, state: 'backed-up', size: SIZE, url: null, at: 0 });
    it.carrier.wake();
    await vi.waitFor(() => expect(it.events).toEqual(['verify 0']));
    await it.stop();
  });

  it('goes on with the others when one is not taken, and stops at once when nobody is signed in', async () => {
    const it = rig();
    it.fails.set(it.objects[0] ?? newObjectId(), 'upload/too-long');
    await vi.waitFor(() => expect(it.states.at(-1)).toMatchObject({ waiting: 1, stuck: 'upload/too-long' }));
    expect(await it.stateOf(2)).toBe('verified');
    it.fails.set(it.objects[0] ?? newObjectId(), 'session/absent');
    it.carrier.wake();
    await it.running;
    expect(it.states.at(-1)).toMatchObject({ waiting: 1, stuck: 'session/absent' });
  });

  it('tries again by itself when the relay cannot be reached', async () => {
    const it = rig();
    const [first = newObjectId()] = it.objects;
    it.fails.set(first, 'relay/unreachable');
    await vi.waitFor(() => expect(it.states.at(-1)).toMatchObject({ waiting: 3, stuck: 'relay/unreachable' }));
    it.fails.clear();
    await done(it);
    await it.stop();
  });

  it('A1 has the relay forget what does not open there, and sends it again', async () => {
    const it = rig();
    it.damaged.add(it.objects[1] ?? newObjectId());
    await vi.waitFor(() => expect(it.events.filter((event) => event === 'send 1')).toHaveLength(2));
    expect(it.events).toContain('discard 1');
    await done(it);
    expect(await it.stateOf(1)).toBe('verified');
    await it.stop();
  });

  it('A1 does not send for ever what comes back altered each time', async () => {
    const it = rig();
    const [first = newObjectId()] = it.objects;
    it.altering.add(first);
    await vi.waitFor(() => expect(it.events.filter((event) => event === 'verify 0')).toHaveLength(2));
    it.carrier.wake();
    await vi.waitFor(() => expect(it.states.at(-1)).toMatchObject({ waiting: 1, stuck: 'relay/damaged' }));
    expect(it.events.filter((event) => event === 'send 0')).toHaveLength(2);
    await it.stop();
  });

  it('takes up at once what should go before the rest of a long round', async () => {
    const it = rig();
    const newest = newObjectId();
    const later = it.sent.then(() => {
      it.objects.unshift(newest);
      it.carrier.wake();
    });
    await later;
    await done(it);
    expect(it.order.indexOf(newest)).toBe(1);
    await it.stop();
  });

  it('goes on sending while the journal is locked, and has it read back when it is open again', async () => {
    const it = rig();
    it.lock(true);
    await vi.waitFor(() => expect(it.events.filter((event) => event.startsWith('send'))).toHaveLength(3));
    expect(await it.stateOf(2)).toBe('backed-up');
    it.lock(false);
    it.carrier.wake();
    await done(it);
    expect(await it.stateOf(2)).toBe('verified');
    expect(it.events.filter((event) => event.startsWith('send'))).toHaveLength(3);
    await it.stop();
  });

  it('lets go of what was begun and is nothing any more', async () => {
    const it = rig();
    it.strays.push(newObjectId());
    await done(it);
    expect(it.events.filter((event) => event === 'stray')).toHaveLength(1);
    await it.stop();
  });
});
