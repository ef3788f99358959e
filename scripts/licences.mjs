/**
 * Writes `static/licences.json`: every package that is shipped, its version and its licence, for the app's About.
 * Read from the lock file and the installed packages alone, in a fixed order, so that two builds agree.
 */
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * @typedef {{ name: string, version: string, licence: string, text: string }} Licence
 * @typedef {{ version?: string, license?: string, dev?: boolean, devOptional?: boolean, optional?: boolean }} Locked
 */

// Installed as tools, with a part of them shipped in every page.
const SHIPPED_TOOLS = ['node_modules/@sveltejs/kit', 'node_modules/svelte'];

/** Packages whose package.json names no licence though their licence file, or their readme, does. */
const LICENCE_BY_FILE = /** @type {Record<string, string>} */ ({ 'combine-errors': 'MIT', 'svelte-toolbelt': 'MIT' });

/** @param {string} root @returns {Licence[]} */
export function collectLicences(root) {
  /** @type {Record<string, Locked>} */
  const packages = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8')).packages;
  const shipped = Object.entries(packages).filter(
    ([path, { dev, devOptional, optional }]) =>
      path !== '' && (SHIPPED_TOOLS.includes(path) || !(dev || devOptional || optional))
  );
  return shipped
    .map(([path, { version = '', license }]) => {
      const name = path.slice(path.lastIndexOf('node_modules/') + 'node_modules/'.length);
      const licence = license ?? LICENCE_BY_FILE[name];
      if (!licence) throw new Error(`${name} states no licence: read it and add it to LICENCE_BY_FILE.`);
      return { name, version, licence, text: licenceText(join(root, path)) };
    })
    .sort((a, b) => compare(a.name, b.name) || compare(a.version, b.version));
}

/** @param {string} a @param {string} b by code unit: a locale would sort differently elsewhere */
function compare(a, b) {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** @param {string} folder @returns {string} the licence file of a package; some ship none */
function licenceText(folder) {
  const file = readdirSync(folder)
    .sort()
    .find((name) => /^licen[cs]e(?:[-.]?(?:md|txt|mit))?$/i.test(name));
  return file ? readFileSync(join(folder, file), 'utf8').replaceAll('\r\n', '\n').trim() : '';
}

if (process.argv[1] === import.meta.filename) {
  const root = join(import.meta.dirname, '..');
  mkdirSync(join(root, 'static'), { recursive: true });
  writeFileSync(join(root, 'static', 'licences.json'), `${JSON.stringify(collectLicences(root), null, 1)}\n`);
}
