/** English: errors. What is safe and what to do, for every code of shared/errors.ts. */
import type { ErrorCode } from '#shared/errors.ts';

const NOT_OURS = 'This is not something this journal sealed. It was not read, and your journal is unchanged.';
const DAMAGED =
  'Something stored for this journal was altered or damaged, so it was not opened. Everything else in your journal is safe.';
const KDF_REFUSED =
  'The stored unlock settings of this journal were altered, by somebody or by a failing disk, so your passphrase is not asked for. Your entries are safe: open the journal with your recovery words and choose a new passphrase.';
const UPLOAD_AGAIN = 'The upload was refused and begins anew by itself. Your recording is safe on this device.';

export const errors: Record<ErrorCode, string> = {
  'format/too-short': NOT_OURS,
  'format/magic': NOT_OURS,
  'format/version': 'This was sealed by a newer version of the app. It is unchanged; update the app to open it.',
  'format/kind': NOT_OURS,
  'format/flags': 'This was sealed by a newer version of the app. It is unchanged; update the app to open it.',
  'format/floe-parameters': NOT_OURS,
  'format/length': DAMAGED,
  'format/padding': DAMAGED,
  'format/json': DAMAGED,
  'format/schema': DAMAGED,
  'format/id': 'This address does not belong to an entry of your journal. Nothing was changed.',
  'format/kdf': KDF_REFUSED,
  'format/words': 'These are not valid recovery words. Check the order and the spelling; nothing was changed.',
  'seal/header-mismatch': DAMAGED,
  'seal/damaged': DAMAGED,
  'seal/truncated': DAMAGED,
  'seal/trailing-data': DAMAGED,
  'seal/too-long':
    'This video is larger than 64 GiB, the most one clip can hold. Nothing was stored; import it in parts.',
  'kdf/below-floor': KDF_REFUSED,
  'kdf/above-ceiling': KDF_REFUSED,
  'kdf/changed':
    'The backup asks for your passphrase in another way than this device knows. That is right if you changed the passphrase on another device, and wrong otherwise. Nothing was sent.',
  'kdf/empty-passphrase': 'Type your passphrase first.',
  'kdf/passphrase-too-long': 'The passphrase is longer than 1,024 bytes. Choose a shorter one; nothing was changed.',
  'kdf/memory':
    'This device has too little free memory to check the passphrase. Your journal is safe: close other apps or tabs and try again.',
  'vault/absent': 'There is no journal in this browser. Journals in other browsers or devices are not affected.',
  'vault/exists': 'There is already a journal in this browser. It was left as it is; unlock it instead.',
  'vault/locked': 'The journal is locked. Unlock it and try again; nothing was lost.',
  'vault/rolled-back':
    'This journal is older than what this device has seen before, as after an old copy was put back. It can only be read, so that nothing newer is overwritten; nothing was changed.',
  'vault/newer-app':
    'This journal was written by a newer version of the app. It is safe and was not touched: reload to update the app, then unlock.',
  'vault/damaged':
    'The core of this journal was altered or damaged, so nothing is written to it any more; nothing was changed. Your recordings are still sealed on this device; do not clear the browser’s data.',
  'vault/unlock-again':
    'The passphrase was changed in another tab. Lock this tab and unlock it again, then the backup goes on.',
  'vault/words-unconfirmed':
    'Confirm your recovery words first: a backup that nobody can open again is none. Nothing was sent.',
  'vault/other-journal':
    'No account of this name belongs to the journal in this browser. Check the name; nothing was sent and nothing was changed.',
  'entry/absent': 'This entry is not in your journal. It may have been deleted.',
  'entry/damaged': 'This entry was altered or damaged. The rest of your journal is safe.',
  'entry/rolled-back':
    'This entry is older than what this device has seen before, so it was not opened. The rest of your journal is safe.',
  'entry/conflict':
    'This entry was changed in another tab meanwhile. Both versions are kept; open it again to see the newest.',
  'object/absent': 'This part of the entry is not on this device. The rest of your journal is safe.',
  'object/elsewhere':
    'This recording is not on this device. It plays as soon as the backup can be reached and has it; nothing is lost.',
  'object/busy': 'Another tab is still writing this. Wait until it is done or close that tab; nothing is lost.',
  'range/not-satisfiable': 'The player asked for a part of the video that does not exist. Reload the entry.',
  'storage/quota':
    'There is no space left. Everything saved so far is safe. Free some space on this device, or empty the trash, and go on.',
  'storage/unavailable':
    'This browser does not let the app store anything here, as in a private window. Nothing was stored. Open the app in a normal window.',
  'storage/blocked':
    'Another tab runs an older version of the app. Close the other tabs and try again; nothing is lost.',
  'camera/refused':
    'The camera or microphone is not allowed for this site. Allow both in the site settings beside the address, then try again.',
  'camera/absent': 'No camera or microphone was found. Connect one and try again, or import a video.',
  'camera/busy': 'Another app is using the camera or microphone. Close it and try again.',
  'camera/unsupported':
    'This browser cannot record video. Your journal opens and plays here; to record, use a current browser.',
  'recorder/failed':
    'The browser’s recorder stopped. Everything up to then is saved; you can continue in the same entry.',
  'recorder/nothing':
    'The browser’s recorder gave no video, so nothing of this take was stored. Your other entries are safe. Try again, or reload the app first.',
  'media/foreign': 'This is not a video this app can read. Nothing was stored, and the file is unchanged.',
  'media/empty': 'The file is empty. Nothing was stored.',
  'media/truncated': 'The file ends before its stated length. Nothing was stored; copy it again from where it came.',
  'media/undecodable':
    'This browser cannot play this video, so it was not imported. Nothing was stored, and the file is unchanged. Another browser may take it.',
  'media/unplayable':
    'This browser cannot play this video. It is safe in your journal and may play in another browser.',
  'relay/unreachable': 'The backup does not answer. Everything on this device is safe; the app tries again by itself.',
  'relay/answer': 'The backup gave an answer that this app does not understand. Nothing of it was taken.',
  'relay/damaged':
    'What the backup gave of this was altered or damaged, so it was not shown. Nothing on your devices was changed; a device that still has it sends it again.',
  'account/refused': 'The account name does not fit the passphrase or the recovery words.',
  'account/unavailable': 'An account of this name cannot be made. Choose another name; nothing on this device changed.',
  'session/absent': 'You are signed out of the backup. Everything on this device is still here; sign in to go on.',
  'session/second-factor': 'Your code is still to come.',
  'factor/wrong-code': 'That code does not fit, or it was used before. Try the next one.',
  'factor/exists': 'A second factor is set up already.',
  'relay/too-many': 'Too many attempts. Wait a while, an hour at most, then try again.',
  'relay/busy': 'The backup has too much to do at the moment. The app tries again by itself.',
  'relay/foreign-origin': 'The backup was asked from another site and refused.',
  'relay/too-large': 'That is more than the backup takes at once.',
  'relay/body': 'The backup did not understand the app. Reload the app to update it.',
  'vault/conflict': 'Another device saved first. The app takes that in and tries again.',
  'vault/over-quota':
    'The backup has no space left for more entries of this journal. Everything on this device is safe.',
  'vault/not-staged': 'The backup misses a part that is still to be sent. The app sends it again.',
  'store/absent': 'This is not in the backup. What is on your device is safe.',
  'store/offset': 'The backup has a different part of this upload. It goes on from there by itself.',
  'store/complete': 'This is already whole in the backup.',
  'store/full': 'The backup has no space left. Your recording is safe on this device and is uploaded later.',
  'store/unavailable':
    'The backup cannot store anything just now. Your recording is safe on this device and is uploaded later.',
  'ticket/refused': UPLOAD_AGAIN,
  'upload/version': 'The app and the backup are of different versions. Update the app; nothing is lost.',
  'upload/header': UPLOAD_AGAIN,
  'upload/type': UPLOAD_AGAIN,
  'upload/length': UPLOAD_AGAIN,
  'upload/too-long': 'This is longer than the backup takes. It is safe on this device.',
  'upload/over-quota':
    'Your space in the backup is used up. What is not backed up stays on this device; do not delete it here before there is room.',
  'upload/exists': 'This is already whole in the backup.',
  'upload/busy': 'This upload is running elsewhere. Nothing is lost.',
  'upload/too-slow':
    'The connection is too slow just now. What is on this device is safe, and the app tries again later.',
  'call/aborted': 'Cancelled. Nothing was changed.',
  'call/worker-died':
    'A part of the app stopped, perhaps for lack of memory. What was saved is safe; unlock again to go on.',
  'call/unknown-method': 'Parts of two versions of the app met. Close all its tabs and open it again; nothing is lost.',
  'http/not-found': 'Nothing is here.',
  'http/method': 'That is not possible here.',
  internal: 'Something failed that this app did not foresee. What was saved is safe. Try again, or reload the app.'
};
