/** What the vault worker answers: the contract, member by member. No logic of its own. */
import { fromHex, randomBytes } from '#shared/bytes.ts';
import { passphraseAuth, recoveryAuth, recoveryKey, type PassphraseKey } from '#shared/crypto/keys.ts';
import { SvjError } from '#shared/errors.ts';
import { newDeviceId, parseEntryId, parseObjectId, parseVaultId, type DeviceId, type VaultId } from '#shared/ids.ts';
import { openRecords } from '#web/store/db.ts';
import { OpfsObjects } from '#web/store/opfs.ts';
import type { VaultContract } from '#web/workers/contracts.ts';
import { Transferred, type Handlers } from '#web/workers/rpc.ts';
import { abandonClip } from './abandon-clip.ts';
import { accountRequest, recoveryProofBy } from './account-request.ts';
import { openClip } from './clip-reader.ts';
import { findUnfinished, keepClip } from './clip-recovery.ts';
import { confirmClip, finishClip, startClip } from './clips.ts';
import * as entries from './entries.ts';
import { enrolDevice, type WayIn } from './enrol.ts';
import { Housekeeping } from './housekeeping.ts';
import { changePassphrase, checkPassphrase, createVault, outlineVault, recoverVault, unlockVault } from './gate.ts';
import { readPoster, readThumbnails, setPictures } from './pictures.ts';
import { publishedHead } from './published.ts';
import { confirmCommit, prepareCommit, republish } from './publish.ts';
import { RemoteObjects } from './remote-objects.ts';
import { serveRanges } from './range-server.ts';
import { takeIn } from './rebase.ts';
import { receive } from './receive.ts';
import { AskedBack, recoveryState } from './recovery-kit.ts';
import { codeWords, recoveryKeyOf, suggestPassphrase, unknownWords, wordsOf } from './recovery-words.ts';
import { discardShared, listShared, openShared, putShared } from './shared-files.ts';
import { openRecoveryCopy } from './slots.ts';
import { freeObject, storedPlaces, verifyObject } from './verify-object.ts';
import { vaultUsage } from './usage.ts';
import type { Stores, Vault } from './vault.ts';

async function openDevice(): Promise<Stores> {
  return { records: await openRecords(), objects: new OpfsObjects() };
}

export function vaultHandlers(openStores: () => Promise<Stores> = openDevice): Handlers<VaultContract> {
  let stores: Promise<Stores> | undefined;
  let vault: Vault | undefined;
  /** Between `create` and the first confirmation, or putting that off, the kit is shown without asking again. */
  let kitIsFresh = false;
  const housekeeping = new Housekeeping();
  const askedBack = new AskedBack(randomBytes);
  const remote = new RemoteObjects();
  /** Between `prove` and `enrol`. */
  let enrolling: { readonly wayIn: WayIn; readonly deviceId: DeviceId } | null = null;

  function opened(): Vault {
    if (vault === undefined) throw new SvjError('vault/locked');
    return vault;
  }

  async function open(): Promise<Stores> {
    stores ??= openStores();
    try {
      return { ...(await stores), remote };
    } catch (thrown) {
      stores = undefined;
      throw thrown;
    }
  }

  /** That of the journal here, or a new one for the journal that is to come here. @throws `vault/other-journal` */
  async function deviceFor(vaultId: VaultId, wayIn: WayIn): Promise<DeviceId> {
    const { records } = await open();
    const kept = await records.get('vault', 'vault');
    if (kept !== undefined && kept.vaultId !== vaultId) throw new SvjError('vault/other-journal');
    const deviceId = kept?.deviceId ?? newDeviceId();
    if (kept === undefined) enrolling = { wayIn, deviceId };
    return deviceId;
  }

  function enter(unlocked: Vault): void {
    vault = unlocked;
    if (!unlocked.readOnly) housekeeping.begin(unlocked);
  }

  return {
    inspect: async () => outlineVault(await open()),
    suggestPassphrase,
    async create({ passphrase, kdf }, { signal }) {
      const pwk = await receive<PassphraseKey>(passphrase, signal);
      enter(await createVault(await open(), pwk, kdf));
      kitIsFresh = true;
      return undefined;
    },
    async unlock({ passphrase }, { signal }) {
      const unlocked = await unlockVault(await open(), await receive<PassphraseKey>(passphrase, signal));
      if (unlocked === null) return 'wrong';
      enter(unlocked);
      return 'unlocked';
    },
    condition: () => opened().read(() => Promise.resolve(opened().condition)),
    checkWords: ({ words }) => unknownWords(words),
    async recover({ words, passphrase, kdf }, { signal }) {
      const pwk = await receive<PassphraseKey>(passphrase, signal);
      const recovered = await recoverVault(await open(), words, pwk, kdf);
      if (recovered === null) return 'wrong';
      enter(recovered);
      return recovered.readOnly ? 'read-only' : 'recovered';
    },
    async changePassphrase({ current, next, kdf }, { signal }) {
      const ports = [current, next].map((port) => receive<PassphraseKey>(port, signal)) as [
        Promise<PassphraseKey>,
        Promise<PassphraseKey>
      ];
      const [old, fresh] = await Promise.all(ports);
      return changePassphrase(opened(), old, fresh, kdf);
    },

    recoveryState: () =>
      opened().read(() => {
        const state = recoveryState(opened().head.content.recovery, new Date());
        // A confirmation could not be kept, so none is asked for.
        return Promise.resolve(opened().readOnly ? { ...state, due: false } : state);
      }),
    async recoveryWords({ passphrase }, { signal }) {
      if (passphrase === null && !kitIsFresh) return 'wrong';
      if (passphrase !== null) {
        const outcome = await checkPassphrase(opened(), await receive<PassphraseKey>(passphrase, signal));
        if (outcome === 'wrong') return 'wrong';
      }
      const raw = await openRecoveryCopy(opened().row, opened().keys.local);
      const words = wordsOf(raw);
      raw.fill(0);
      return words;
    },
    recoveryQuestions: () => askedBack.ask(),
    async confirmRecovery({ answers }) {
      const raw = await openRecoveryCopy(opened().row, opened().keys.local);
      const isAnswered = askedBack.isAnswered(raw, answers);
      raw.fill(0);
      if (!isAnswered) return askedBack.ask();
      await opened().commit((transaction) => {
        const { recovery } = transaction.head;
        const confirmed = [...recovery.confirmed, new Date().toISOString()];
        transaction.head = { ...transaction.head, recovery: { ...recovery, confirmed } };
        return Promise.resolve();
      });
      askedBack.forget();
      kitIsFresh = false;
      return 'confirmed';
    },
    async postponeRecovery() {
      await opened().commit((transaction) => {
        transaction.head = { ...transaction.head, recovery: { ...transaction.head.recovery, postponed: true } };
        return Promise.resolve();
      });
      kitIsFresh = false;
      return undefined;
    },

    list: () => opened().read(() => Promise.resolve([...opened().summaries.values()])),
    entry: ({ id }) => opened().read(() => entries.viewEntry(opened(), parseEntryId(id))),
    versions: ({ id }) => opened().read(() => entries.entryVersions(opened(), parseEntryId(id))),
    edit: ({ id, patch }) => entries.editEntry(opened(), parseEntryId(id), patch),
    async poster({ id, poster }) {
      const bytes = await readPoster(opened(), parseEntryId(id), parseObjectId(poster));
      return new Transferred(bytes, [bytes.buffer]);
    },
    thumbnails: ({ id, clip }) => readThumbnails(opened(), parseEntryId(id), parseObjectId(clip)),
    setPictures: (input) => setPictures(opened(), input),
    remove: ({ id }) => entries.removeEntry(opened(), parseEntryId(id), new Date()),
    restore: ({ id }) => entries.restoreEntry(opened(), parseEntryId(id)),
    trash: () => opened().read(() => entries.listTrash(opened())),
    destroy: ({ id }) => entries.destroyEntry(opened(), parseEntryId(id)),

    startClip: (input) => startClip(opened(), input),
    finishClip: (finished) => finishClip(opened(), finished),
    confirmClip: (started) => confirmClip(opened(), started),
    abandonClip: (started) => abandonClip(opened(), started),
    unfinished: (_, work) => findUnfinished(opened(), work),
    keep: (started, work) => keepClip(opened(), started, work),
    discard: (started) => abandonClip(opened(), started),

    serveClip: ({ clip, port }) => serveRanges(() => openClip(opened(), parseObjectId(clip)), port),

    putShared: async ({ file }, work) => putShared(await open(), vault ?? null, file, work),
    sharedFiles: () => opened().read(() => listShared(opened())),
    serveShared: ({ id, port }) =>
      serveRanges(() => opened().read(() => openShared(opened(), parseObjectId(id))), port),
    discardShared: ({ id }) => discardShared(opened(), parseObjectId(id)),

    published: () => opened().read(() => Promise.resolve(opened().row.published?.sequence ?? 0)),
    prepareCommit: () => prepareCommit(opened()),
    confirmCommit: ({ hash }) => confirmCommit(opened(), hash),
    republish: () => republish(opened()),
    takeIn: (arrival) => takeIn(opened(), arrival, new Date()),

    async accountRequest({ passphrase }, { signal }) {
      return accountRequest(opened(), await receive<PassphraseKey>(passphrase, signal));
    },
    async prove({ passphrase, vaultId }, { signal }) {
      const pwk = await receive<PassphraseKey>(passphrase, signal);
      const deviceId = await deviceFor(vaultId, { passphrase: pwk });
      const auth = await passphraseAuth(pwk, parseVaultId(vaultId));
      return { deviceId, auth, recoveryAuth: vault === undefined ? null : await recoveryProofBy(vault, pwk) };
    },
    async proveByWords({ words, vaultId }) {
      const deviceId = await deviceFor(vaultId, { words });
      return { deviceId, recoveryAuth: await recoveryAuth(await recoveryKey(recoveryKeyOf(words)), vaultId) };
    },
    async enrol(enrolment) {
      if (enrolling === null) throw new SvjError('vault/locked');
      const { wayIn, deviceId } = enrolling;
      const enrolled = await enrolDevice(await open(), wayIn, deviceId, enrolment);
      if (typeof enrolled === 'string') return enrolled;
      enrolling = null;
      enter(enrolled);
      return 'enrolled';
    },
    headCode: () =>
      opened().read(async () => {
        const published = await publishedHead(opened());
        return published === null ? null : codeWords(fromHex(published.hash));
      }),
    async connectRemote({ port }) {
      remote.connect(port);
      return Promise.resolve(undefined);
    },
    places: () => opened().read(() => storedPlaces(opened())),
    verify: ({ objectId }) => verifyObject(opened(), parseObjectId(objectId)),
    free: ({ objectId }) => freeObject(opened(), parseObjectId(objectId)),

    usage: () => opened().read(() => vaultUsage(opened())),
    settings: () => opened().read(() => Promise.resolve(opened().head.content.settings)),
    async setSettings(settings) {
      await opened().commit((transaction) => {
        const merged = { ...transaction.head.settings, padVideo: settings.padVideo };
        transaction.head = { ...transaction.head, settings: merged };
        return Promise.resolve();
      });
      return undefined;
    }
  };
}
