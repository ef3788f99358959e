/** Runs a suite on both engines: a file of the embedded one, and a database of a real PostgreSQL. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe } from 'vitest';
import type { DatabasePlace } from '../database.ts';
import { PostgresServer } from './postgres-server.ts';

/** @param suite is given what makes the place of a new, empty database */
export function onBothEngines(suite: (newPlace: () => Promise<DatabasePlace>) => void): void {
  const folders: string[] = [];
  const newFolder = async (): Promise<string> => {
    const folder = await mkdtemp(join(tmpdir(), 'svj-db-'));
    folders.push(folder);
    return folder;
  };
  afterAll(async () => {
    for (const folder of folders) await rm(folder, { recursive: true, force: true });
  });

  describe('on the embedded engine', () => {
    suite(async () => ({ url: undefined, dataDir: await newFolder() }));
  });

  describe.skipIf(!PostgresServer.isAvailable())('on PostgreSQL', () => {
    let server: PostgresServer;
    beforeAll(async () => {
      server = await PostgresServer.start();
    }, 300_000);
    afterAll(async () => {
      await server.stop();
    });
    suite(async () => ({ url: await server.database(), dataDir: await newFolder() }));
  });
}
