/**
 * A real S3 endpoint for tests: a one-node Ceph object gateway on loopback, all in memory, installed by apt where that
 * is possible. It can be killed and started again, and it ends with the process that started it, however that ends.
 */
import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { CreateBucketCommand, PutBucketVersioningCommand, S3Client } from '@aws-sdk/client-s3';
import type { S3Settings } from '../storage-config.ts';

const PROGRAMS = ['radosgw', 'radosgw-admin', 'ceph', 'ceph-mon', 'ceph-osd', 'ceph-authtool', 'monmaptool'];
const PACKAGES = ['radosgw', 'ceph-mon', 'ceph-osd', 'ceph-base', 'ceph-common'];
const ACCESS_KEY = 'svjaccess';
const SECRET_KEY = 'svjsecret123';
/** The key of the KMS double that is built into the gateway. */
export const KMS_KEY_ID = 'testkey-1';

const present = () => PROGRAMS.every((name) => existsSync(`/usr/bin/${name}`));

/** Undefined when the gateway can be started; else why not. Installs it where we may. */
export function radosgwMissing(): string | undefined {
  if (present()) return undefined;
  if (process.platform !== 'linux' || process.getuid?.() !== 0 || !existsSync('/usr/bin/apt-get'))
    return 'no Ceph object gateway, and none can be installed without root and apt-get';
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  // Another test may be installing at this very moment.
  const wait = ['-o', 'DPkg::Lock::Timeout=300'];
  const apt = (...args: string[]) =>
    spawnSync('/usr/bin/apt-get', [...wait, ...args], { env, stdio: 'ignore' }).status === 0;
  const install = () => apt('install', '-y', '--no-install-recommends', ...PACKAGES);
  if ((install() || (apt('update') && install())) && present()) return undefined;
  return `no Ceph object gateway, and apt-get could not install ${PACKAGES.join(' ')}`;
}

export class Radosgw {
  readonly endpoint: string;
  readonly #folder: string;
  readonly #guard: ChildProcess;

  private constructor(folder: string, port: number, guard: ChildProcess) {
    this.#folder = folder;
    this.endpoint = `http://127.0.0.1:${port}`;
    this.#guard = guard;
  }

  /** @throws with what the program said that failed */
  static async start(): Promise<Radosgw> {
    const folder = mkdtempSync(join(tmpdir(), 'svj-radosgw-'));
    const guard = guardOf(folder);
    const [port, mon2, mon1] = await freePorts(3);
    await prepare(folder, { port, mon2, mon1 });
    const gateway = new Radosgw(folder, port, guard);
    await gateway.resume();
    const user = ['user', 'create', '--uid=svj', '--display-name=svj'];
    run(folder, 'radosgw-admin', ...user, `--access-key=${ACCESS_KEY}`, `--secret-key=${SECRET_KEY}`);
    process.env['AWS_ACCESS_KEY_ID'] = ACCESS_KEY;
    process.env['AWS_SECRET_ACCESS_KEY'] = SECRET_KEY;
    return gateway;
  }

  settings(bucket: string, sse: S3Settings['sse'] = 'none'): S3Settings {
    const kmsKeyId = sse === 'aws:kms' ? KMS_KEY_ID : undefined;
    return { bucket, region: 'us-east-1', endpoint: this.endpoint, forcePathStyle: true, sse, kmsKeyId };
  }

  client(): S3Client {
    return new S3Client({ region: 'us-east-1', endpoint: this.endpoint, forcePathStyle: true });
  }

  async makeBucket(name: string, { versions = false } = {}): Promise<void> {
    const client = this.client();
    await client.send(new CreateBucketCommand({ Bucket: name }));
    const VersioningConfiguration = { Status: 'Enabled' } as const;
    if (versions) await client.send(new PutBucketVersioningCommand({ Bucket: name, VersioningConfiguration }));
  }

  /** As kill -9 does; what it stored stays with the daemon behind it. */
  async kill(): Promise<void> {
    const pid = Number(readFileSync(join(this.#folder, 'run/client.rgw.pid'), 'utf8'));
    process.kill(pid, 'SIGKILL');
    while (isAlive(pid)) await delay(10);
  }

  /** After `kill`. */
  async resume(): Promise<void> {
    run(this.#folder, 'radosgw', '-n', 'client.rgw');
    for (let tries = 0; !(await answers(this.endpoint)); tries++) {
      if (tries === 300) throw new Error('The gateway does not answer.');
      await delay(200);
    }
  }

  async stop(): Promise<void> {
    const ended = new Promise((resolve) => this.#guard.once('exit', resolve));
    this.#guard.stdin?.end();
    await ended;
  }
}

/** Waits for the end of its input, which comes also when this process is killed, and then takes everything away. */
function guardOf(folder: string): ChildProcess {
  const script = 'cat > /dev/null; kill -9 $(cat "$1"/run/*.pid) 2> /dev/null; rm -rf "$1"';
  return spawn('/bin/sh', ['-c', script, 'guard', folder], { stdio: ['pipe', 'ignore', 'ignore'], detached: true });
}

async function prepare(folder: string, { port, mon2, mon1 }: Record<'port' | 'mon2' | 'mon1', number>): Promise<void> {
  for (const name of ['mon', 'osd0', 'run', 'log', 'rgw']) await mkdir(join(folder, name));
  const monitor = `[v2:127.0.0.1:${mon2},v1:127.0.0.1:${mon1}]`;
  const fsid = crypto.randomUUID();
  const osd = crypto.randomUUID();
  await writeFile(join(folder, 'ceph.conf'), configuration(folder, fsid, monitor, port));
  const ring = join(folder, 'keyring');
  const all = ['--cap', 'mon', 'allow *'];
  run(folder, 'ceph-authtool', '--create-keyring', ring, '--gen-key', '-n', 'mon.', ...all);
  run(folder, 'ceph-authtool', ring, '--gen-key', '-n', 'client.admin', ...all, '--cap', 'osd', 'allow *');
  run(folder, 'ceph-authtool', ring, '--gen-key', '-n', 'client.rgw', ...all, '--cap', 'osd', 'allow *');
  // Without a map the monitor listens on its usual ports and waits for others for ever.
  const map = join(folder, 'monmap');
  run(folder, 'monmaptool', '--create', '--clobber', '--fsid', fsid, '--addv', 'a', monitor, map);
  run(folder, 'ceph-mon', '--mkfs', '-i', 'a', '--monmap', map, '--keyring', ring);
  run(folder, 'ceph-mon', '-i', 'a');
  run(folder, 'ceph', 'osd', 'new', osd);
  const osdRing = join(folder, 'osd0/keyring');
  const caps = ['mon', 'allow profile osd', 'osd', 'allow *'];
  run(folder, 'ceph', 'auth', 'get-or-create', 'osd.0', ...caps, '-o', osdRing);
  run(folder, 'ceph-osd', '-i', '0', '--mkfs', '--osd-uuid', osd);
  run(folder, 'ceph-osd', '-i', '0');
}

function run(folder: string, program: string, ...args: readonly string[]): void {
  const tools = ['ceph-authtool', 'monmaptool'];
  const config = tools.includes(program) ? [] : ['-c', join(folder, 'ceph.conf')];
  const env = { ...process.env, CEPH_CONF: join(folder, 'ceph.conf') };
  const done = spawnSync(`/usr/bin/${program}`, [...config, ...args], { env, encoding: 'utf8', timeout: 60_000 });
  if (done.status !== 0) throw new Error(`${program} ${args.join(' ')} failed: ${done.stderr}`);
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

async function answers(endpoint: string): Promise<boolean> {
  return fetch(endpoint).then(
    (response) => response.ok,
    () => false
  );
}

async function freePorts(count: 3): Promise<[number, number, number]> {
  const servers = await Promise.all(
    Array.from({ length: count }, async () => {
      const server = createServer();
      await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
      return server;
    })
  );
  const [a = 0, b = 0, c = 0] = servers.map((server) => (server.address() as AddressInfo).port);
  await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))));
  return [a, b, c];
}

/** Authentication stays on: without it the gateway waits for it for ever. */
function configuration(folder: string, fsid: string, monitor: string, port: number): string {
  return `[global]
fsid = ${fsid}
mon_host = ${monitor}
public_addr = 127.0.0.1
cluster_addr = 127.0.0.1
auth_cluster_required = cephx
auth_service_required = cephx
auth_client_required = cephx
auth_allow_insecure_global_id_reclaim = false
keyring = ${folder}/keyring
run_dir = ${folder}/run
admin_socket = ${folder}/run/$name.asok
pid_file = ${folder}/run/$name.pid
log_file = ${folder}/log/$name.log
crash_dir = ${folder}/log
mon_data = ${folder}/mon
mon_data_avail_crit = 1
mon_data_avail_warn = 2
mon_allow_pool_size_one = true
osd_data = ${folder}/osd0
osd_objectstore = memstore
memstore_device_bytes = 4294967296
osd_failsafe_full_ratio = 0.99
osd_pool_default_size = 1
osd_pool_default_min_size = 1
osd_pool_default_pg_num = 1
osd_pool_default_pgp_num = 1
osd_pool_default_pg_autoscale_mode = off
osd_crush_chooseleaf_type = 0
rgw_frontends = beast endpoint=127.0.0.1:${port}
rgw_data = ${folder}/rgw
rgw_crypt_require_ssl = false
rgw_crypt_s3_kms_backend = testing
rgw_crypt_s3_kms_encryption_keys = ${KMS_KEY_ID}=YmluCmJvb3N0CmJvb3N0LWJ1aWxkCmNlcGguY29uZgo=
[client.rgw]
keyring = ${folder}/keyring
[osd.0]
keyring = ${folder}/osd0/keyring
`;
}
