/**
 * The door to everything: `npm start`, `npm test`, `npm run …`. It runs on any Node from 20.19 on, with nothing
 * installed: it installs what the lock file names, goes on under Node 24 when it was started by an older one, and
 * hands over to tasks.ts.
 */
import { spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';

const ROOT = join(import.meta.dirname, '..');
const BIN = join(ROOT, 'node_modules', '.bin');
const STAMP = join(ROOT, 'node_modules', '.svj-installed');

// From here on Node runs TypeScript without a flag and brings its own database.
const WANTED = [22, 18];

/** @param {string} version */
function isRecent(version) {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  const [wantedMajor = 0, wantedMinor = 0] = WANTED;
  return major > wantedMajor || (major === wantedMajor && minor >= wantedMinor);
}

/** @param {string} path @returns {Record<string, { version?: string, optional?: boolean }> | undefined} */
function lockedPackages(path) {
  try {
    return JSON.parse(readFileSync(join(ROOT, path), 'utf8')).packages;
  } catch {
    return undefined;
  }
}

function lockHash() {
  return createHash('sha256')
    .update(readFileSync(join(ROOT, 'package-lock.json')))
    .digest('hex');
}

/**
 * Either this script installed exactly this lock file, or somebody else's `npm ci` did: npm writes its hidden lock
 * file last, so where it agrees with ours the installation is whole and current.
 */
function isInstalled() {
  if (existsSync(STAMP) && readFileSync(STAMP, 'utf8') === lockHash()) return true;
  const wanted = lockedPackages('package-lock.json');
  const present = lockedPackages('node_modules/.package-lock.json');
  if (!wanted || !present) return false;
  return Object.entries(wanted).every(([path, { version, optional }]) => {
    const found = present[path];
    return path === '' || (found ? found.version === version : optional === true);
  });
}

function install() {
  console.log('Installing the packages of package-lock.json …');
  const npm = process.env['npm_execpath'];
  const args = ['ci', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'];
  const { status } = npm
    ? spawnSync(process.execPath, [npm, ...args], { cwd: ROOT, stdio: 'inherit' })
    : spawnSync('npm', args, { cwd: ROOT, stdio: 'inherit', shell: process.platform === 'win32' });
  if (status !== 0) fail('The packages could not be installed; npm says why above.');
  writeFileSync(STAMP, lockHash());
}

/** @param {string} sentence @returns {never} */
function fail(sentence) {
  console.error(sentence);
  process.exit(1);
}

function continueUnderPackagedNode() {
  const node = join(BIN, process.platform === 'win32' ? 'node.exe' : 'node');
  if (!existsSync(node) || process.env['SVJ_REEXECUTED'] === '1') {
    fail(
      `This is Node ${process.versions.node}; ${WANTED.join('.')} or newer is needed, and for this platform none comes ` +
        'with the packages. Install Node 24 from nodejs.org and run the same command again.'
    );
  }
  const child = spawn(node, [import.meta.filename, ...process.argv.slice(2)], {
    stdio: 'inherit',
    env: { ...process.env, SVJ_REEXECUTED: '1' }
  });
  // A terminal sends SIGINT to both of us; what a supervisor sends reaches only this process.
  process.on('SIGINT', () => undefined);
  for (const signal of /** @type {const} */ (['SIGTERM', 'SIGHUP'])) process.on(signal, () => child.kill(signal));
  child.on('exit', (code, signal) => process.exit(signal ? 1 : (code ?? 1)));
}

process.chdir(ROOT);
if (!isInstalled()) install();
if (isRecent(process.versions.node)) {
  // Whatever a task starts by name finds the tools, and the Node, of this checkout.
  process.env['PATH'] = `${BIN}${delimiter}${process.env['PATH'] ?? ''}`;
  const { runTask } = await import('./tasks.ts');
  await runTask(process.argv.slice(2));
} else {
  continueUnderPackagedNode();
}
