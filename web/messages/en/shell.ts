/** English: shell. */
export const shell = {
  appName: 'Secure Video Journal',
  skipToContent: 'Skip to content',
  mainNavigation: 'Main',
  journal: 'Journal',
  record: 'Record',
  settings: 'Settings',
  lockNow: 'Lock now',
  lockShortcut: (keys: string) => `Lock now (${keys})`,
  cancel: 'Cancel',
  close: 'Close',
  back: 'Back',
  dismiss: 'Dismiss',
  notices: 'Notices',
  copyCode: (code: string) => `Copy code ${code}`,
  copied: 'Copied.',
  percent: (percent: number) => `${percent} %`,
  showTyped: 'Show typed text',
  hideTyped: 'Hide typed text',
  capsLock: 'Caps Lock is on.',
  loading: 'Loading …',
  offline: 'Offline',
  importing: (at: number, of: number, percent: number | null): string =>
    `Importing ${of === 1 ? '' : `${String(at)} of ${String(of)}, `}${percent === null ? '…' : `${String(percent)} %`}`,
  importsStopped: (count: number): string =>
    count === 1
      ? 'Locking stopped the import of a video. The file is unchanged: if it is not in your journal, add it again.'
      : `Locking stopped the import of ${String(count)} videos. The files are unchanged: add again what is not in your journal.`,
  sharedArriving: (count: number): string =>
    count === 1 ? 'A shared video is being taken in.' : `${String(count)} shared videos are being taken in.`,
  sharedShow: 'Show',
  sharedName: 'Shared video',
  sharedReadOnly:
    'This journal can only be read at the moment, so the shared video was not taken in. It stays on this device, sealed.',
  sharedNotKept: 'The shared video was not kept. Share it once more.',
  sharedNoJournal:
    'There is no journal on this device yet, so nothing was kept. Create one, then share the video once more.',
  sharedLost:
    'The shared video did not arrive: it is never stored unsealed, and its way here was interrupted. Nothing else is affected; share it once more.',
  offlineMeaning: 'Offline. Everything here works without a network.',
  updateReady: 'A new version is ready.',
  updateRefused: 'Not now: a recording is running. Update when it is done.',
  updateNow: 'Update now',
  updateLater: 'Later',
  recoveryReminder: 'Recovery words not confirmed',
  recoveryRecheck: 'Check your recovery words',
  evictionTitle: 'Safari may delete this journal',
  evictionText:
    'In a Safari tab, everything stored here can be deleted after seven days without a visit. Add the app to the Home Screen (Share, then “Add to Home Screen”) before you record: the installed app keeps its own journal.',
  /** By the vault's condition: what is wrong, what is safe, what to do. */
  condition: {
    'history-cut': {
      title: 'Part of this journal’s change history was damaged',
      text: 'Your entries are safe, and you can go on as ever. With the next change the damaged part is removed. If this comes back, the storage of this device may be failing.'
    },
    damaged: {
      title: 'This journal can only be read',
      text: 'Its list of entries was altered or damaged. Every entry shown as whole opens and plays, but nothing can be recorded, changed or deleted, the passphrase included. Do not clear the browser’s data: your recordings are still sealed there.'
    },
    'rolled-back': {
      title: 'This journal can only be read',
      text: 'It contradicts what this device has stored, as after an old copy was put back, so the newest entries may be missing. Every entry shown as whole opens and plays, but nothing can be recorded, changed or deleted, the passphrase included. If you put back a copy yourself, put back the newest one; if not, somebody else may have had access to this device.'
    },
    'newer-app': {
      title: 'This journal can only be read',
      text: 'Its list of entries is in a format that this version of the app does not know. Reload to update the app. Until then everything this version knows opens and plays, but nothing can be recorded, changed or deleted, the passphrase included. If there is no newer version, the list was altered or damaged: do not clear the browser’s data, your recordings are still sealed there.'
    }
  },
  notFound: 'This page does not exist',
  notFoundText: 'Nothing was lost. Go back to your journal.',
  failed: 'Something went wrong',
  failedText:
    'What you recorded is sealed and stored on this device. Reload the app; if that does not help, copy the code.',
  reload: 'Reload',
  toJournal: 'Go to the journal'
};
