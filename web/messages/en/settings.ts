/** English: settings. */
export const settings = {
  heading: 'Settings',

  journal: 'Journal',
  quality: 'Picture',
  qualities: { '480p': 'Small', '720p': 'Good', '1080p': 'Sharp' },
  qualityDetail: (lines: string, megabytes: number) => `${lines}, about ${megabytes} MB a minute`,
  facing: 'Camera',
  facings: { user: 'Front', environment: 'Back' },
  countdown: 'Countdown',
  countdownOff: 'Off',
  countdownSeconds: (seconds: number) => `${seconds} seconds`,
  trash: 'Trash',
  trashText: 'Deleted entries stay there for seven days.',

  security: 'Security',
  changePassphrase: 'Change passphrase',
  changeTitle: 'Change passphrase',
  changeText: 'The old passphrase stops working. Your recovery words stay the same.',
  changing: 'Changing your passphrase',
  changed: 'Passphrase changed.',
  showKit: 'Show recovery kit',
  kitState: 'Recovery words',
  kitConfirmed: (date: string) => `Confirmed on ${date}.`,
  kitOpen: 'Not confirmed yet. Without them, a forgotten passphrase means that everything is lost.',
  lockTimeout: 'Locks by itself',
  lockTimeoutText:
    'After 30 minutes without you, when the computer wakes up later than that, and when you leave the page. All tabs lock together; a running recording goes on.',
  lockShortcut: (keys: string) => `Shortcut: ${keys}`,
  lockShortcutOther: (keys: string) => `If another program takes that (Bitwarden does), use ${keys}.`,

  storage: 'Storage',
  used: 'Used by this journal',
  usedText: (bytes: string, entries: string) => `${bytes} in ${entries}`,
  entries: (count: string, one: boolean) => (one ? '1 entry' : `${count} entries`),
  inTrash: 'In the trash',
  available: 'Free for this app',
  availableUnknown: 'This browser does not say.',
  protection: 'Protected against deletion by the browser',
  protectionYes: 'Yes. The browser deletes this journal only when you ask it to.',
  protectionNo:
    'No. When space runs out, the browser may delete the whole journal. Installing the app usually changes that.',
  protectionUnasked: 'Not asked yet. The app asks when your first entry is saved.',
  askProtection: 'Ask for protection',
  protectionGranted: 'The browser now protects this journal.',
  protectionDenied: 'The browser said no for now. It often agrees once the app is installed or used more.',
  pad: 'Hide the exact size of videos',
  padText: 'Rounds each sealed video up, so that its size does not reveal its length. Costs at most 12 % more space.',

  appearance: 'Appearance',
  theme: 'Colours',
  themes: { system: 'As the system', light: 'Light', dark: 'Dark' },
  motion: 'Motion follows the system: if it asks for less, the app moves less.',

  language: 'Language',

  about: 'About',
  version: 'Version',
  install: 'Install app',
  installText: 'Opens in its own window, starts offline, and is deleted less easily.',
  promiseTitle: 'What is promised',
  promise: [
    'What you record is sealed on this device before it is stored. Only your passphrase or your recovery words open it.',
    'The app talks to no other site, and works without a network.',
    'A recording that breaks off is kept up to its last second or two.'
  ],
  limitsTitle: 'What is not promised',
  limits: [
    'Nobody can help you if both the passphrase and the recovery words are lost.',
    'Whoever controls your unlocked device, or your browser and its extensions, sees what you see.',
    'The app comes from a server. Whoever runs it could send you a changed app; the code is open so that this can be checked.',
    'Deleting browser data deletes the journal. There is no backup in this version.'
  ],
  licences: 'Software this app is built from',
  licencesFailed: 'The list could not be read. It comes with the app; reload and try again.'
};
