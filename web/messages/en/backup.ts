/** English: backup, signing in, devices. */
const entries = (count: number): string => (count === 1 ? '1 entry' : `${count.toLocaleString('en')} entries`);

export const backup = {
  heading: 'Backup',
  offText:
    'Your journal is only on this device. A backup keeps it in step on several devices and safe when this one is lost. The server stores sealed data: it never sees a picture, a word or a title.',
  signedOutText: 'You are signed out of the backup. Everything on this device is still here; nothing new is backed up.',
  setUp: 'Set up backup',
  signIn: 'Sign in',
  signOut: 'Sign out',
  anotherAccount: 'Make another account',
  signedOut: 'Signed out of the backup. Your journal stays on this device.',
  words: 'Titles, notes and changes',
  recordings: 'Recordings and pictures',
  working: 'Being brought into step …',
  inStep: 'In step with the backup.',
  allCarried: 'Everything on this device is backed up and was read back.',
  looking: 'Looking for what is not backed up yet …',
  waiting: (count: number, size: string) => (count === 1 ? `1 part (${size}) to go` : `${count} parts (${size}) to go`),
  carrying: 'Backing up',
  tryNow: 'Try now',
  refusedTitle: 'The backup was refused',
  refused: {
    'rolled-back':
      'The server shows an older state than this device has seen. Nothing of it was taken and nothing was sent. Everything on this device is safe.',
    forked:
      'The server shows another history of your journal than this device has seen. Nothing of it was taken and nothing was sent. Compare the eight words below with your other devices.',
    omitted:
      'The server keeps back something that your journal lists. Nothing of it was taken and nothing was sent. Everything on this device is safe.',
    undead:
      'The server brings back something that you deleted. Nothing of it was taken and nothing was sent. Everything on this device is safe.',
    foreign:
      'The server sent something that your journal did not make. Nothing of it was taken and nothing was sent. Everything on this device is safe.'
  },

  freeable: (count: number, size: string) =>
    count === 1
      ? `1 recording (${size}) is verified in the backup and need not stay on this device.`
      : `${count.toLocaleString('en')} recordings (${size}) are verified in the backup and need not stay on this device.`,
  free: 'Free up space',
  freeTitle: 'Take recordings off this device?',
  freeText: (size: string) =>
    `Each is read back from the backup once more before it goes; what does not come back whole stays. That frees ${size}. The recordings then play from the backup, and need a connection to it. Titles, notes and pictures stay here.`,
  freeing: 'Reading back, then freeing',
  freed: (size: string, kept: number) =>
    kept === 0
      ? `${size} freed. The recordings are in the backup.`
      : `${size} freed. ${kept === 1 ? '1 recording' : `${String(kept)} recordings`} did not come back whole from the backup: still on this device, and sent again.`,

  devices: 'Devices',
  devicesText: 'Signed in to this backup. End what you do not know.',
  thisDevice: 'This device',
  otherDevice: 'Another device',
  seen: (time: string) => `Last seen ${time}`,
  endSession: 'Sign this device out',
  ended: 'That device is signed out.',
  headCode: 'Eight words to compare',
  headCodeText:
    'The same words on two devices mean that both have the same journal, complete and unaltered. They change with every entry.',

  setUpHeading: 'Set up backup',
  setUpLead:
    'An account keeps your sealed journal. The passphrase is the one of your journal; the server never learns it.',
  accountName: 'Account name',
  accountNameHint: 'Any name: it need not be an e-mail address. You need it to sign in elsewhere, so write it down.',
  nameMissing: 'Choose a name.',
  createAccount: 'Create account',
  creating: 'Checking your passphrase',
  nameTaken: 'An account of this name cannot be made. Choose another name.',
  wordsFirst: 'Confirm your recovery words',

  factorHeading: 'A second key',
  factorLead:
    'Scan this with an authenticator app. At each sign-in it shows a code, so that somebody who learns your passphrase still does not get in.',
  qrLabel: 'QR code for an authenticator app',
  secretLabel: 'Or type this secret',
  code: 'Code',
  codeHint: 'The six digits that the authenticator shows now.',
  confirmCode: 'Confirm code',
  wrongCode: 'That code does not fit, or it was used before. Try the next one.',

  codesHeading: 'Recovery codes',
  codesLead:
    'Each of these replaces the authenticator once, should you lose it. They are shown only now: write them down or print them, and keep them apart from your passphrase.',
  codesList: 'Recovery codes',
  copyCodes: 'Copy',
  codesCopied: 'Copied. Paste them where only you can read them, then clear the clipboard.',
  saveCodes: 'Save as a file',
  codesSaved: 'I keep them safe',
  ready: 'The backup is on.',

  signInHeading: 'Sign in to your backup',
  signInLead: 'With the account name and the passphrase of your journal.',
  proving: 'Checking your passphrase',
  passphraseChanged: 'I changed my passphrase on another device',
  refusedSignIn: 'The account name does not fit the passphrase.',
  refusedWords: 'The account name does not fit the recovery words.',
  codeHeading: 'Your code',
  codeOrRecovery: 'The six digits of your authenticator, or one of your recovery codes.',
  signedIn: 'Signed in. The backup goes on.',

  offerHeading: (count: number) => `We see a backup with ${entries(count)} — restore here?`,
  offerText:
    'The titles come first, then the pictures as you look at them. Videos play at once, from the backup, as long as it can be reached.',
  restore: 'Restore here',
  restoring: 'Opening your journal',
  restored: 'Your journal is here.',
  notRestored: {
    wrong: 'That passphrase does not open this journal. Nothing was stored here.',
    foreign:
      'What the server gave is not what this passphrase’s journal made. Nothing of it was kept here. Try again later, or on another device.',
    forked: 'The server shows another history than your other device. Nothing of it was kept here.'
  }
};
