/** English: the welcome, what this browser can, the locked screen. */
export const onboarding = {
  welcomeHeading: 'Secure Video Journal',
  welcomeLead: 'Say it to the camera. Watch it again next week, or in ten years. Nobody else can.',
  factSealed: 'Sealed on this device',
  factSealedText:
    'Every second is sealed before it is stored, with keys made from your passphrase. No account, no network needed.',
  factSeen: 'What a server can and cannot see',
  factSeenText:
    'Nothing is sent anywhere unless you set up a backup. Then the server keeps sealed data and sees its size, the time and your network address. It never sees a picture, a sound, a title or a word.',
  factLost: 'What is lost if your keys are lost',
  factLostText:
    'Everything. Without your passphrase and your 24 recovery words, nobody can open your journal, and nobody can reset it. Write the words down when you see them.',
  createJournal: 'Create a journal',
  haveOne: 'I already have one',
  haveTitle: 'You already have a journal',
  haveHere: 'On this device',
  haveHereText:
    'A journal lives in the browser in which it was made. Open this page in that browser, or in the installed app, and unlock it there.',
  haveElsewhere: 'On another device',
  haveElsewhereText:
    'With a backup it can be brought here: sign in with its account name and your passphrase. Without one it stays where it was made; your recovery words do not contain your recordings.',
  signIn: 'Sign in',
  aboutApp: 'About this app',

  selfTest: 'This browser can',
  abilities: {
    record: 'record',
    play: 'play',
    seal: 'seal',
    store: 'store',
    offline: 'work offline'
  },
  can: 'yes',
  cannot: 'no',
  refusedTitle: 'A journal cannot be kept safely here',
  refusedText: 'Something the app needs is missing in this browser. Nothing was stored. This is what is missing:',
  limitedTitle: 'Not everything works here',
  tryAgain: 'Check again',
  missing: {
    'secure-context': {
      name: 'A secure connection',
      fix: 'Browsers allow encryption only over https, or on this machine itself. Open the address with https://.'
    },
    'current-browser': {
      name: 'A current browser',
      fix: 'This one is too old for parts of the app. Update it: Safari 17.4, Firefox 121, Chrome 119 and everything newer will do.'
    },
    cryptography: {
      name: 'Encryption (Web Crypto)',
      fix: 'Use a current version of Chrome, Edge, Firefox or Safari, and open the app with https://.'
    },
    'web-assembly': {
      name: 'WebAssembly',
      fix: 'It turns your passphrase into a key. Turn off Lockdown Mode or the strictest security level for this site, or use another browser.'
    },
    database: {
      name: 'The browser’s database (IndexedDB)',
      fix: 'Private windows and blocked site data switch it off. Open the app in a normal window and allow site data.'
    },
    'file-storage': {
      name: 'The browser’s private file storage (OPFS)',
      fix: 'Private windows switch it off. Open the app in a normal window, or update the browser.'
    },
    locks: {
      name: 'Agreement between tabs (Web Locks)',
      fix: 'The browser is too old. Update it.'
    },
    'service-worker': {
      name: 'Offline app and player (service worker)',
      fix: 'Private windows switch it off in some browsers. Open the app in a normal window.'
    },
    recording: {
      name: 'Recording (MediaRecorder)',
      fix: 'You can import videos and watch them here. To record, use a current version of Chrome, Edge, Firefox or Safari.'
    },
    playback: { name: 'Playing video', fix: 'Use a browser that can play video.' }
  },
  unreadableTitle: 'The journal on this device could not be looked at',

  passphrase: 'Passphrase',
  unlocking: 'Checking your passphrase',
  remaining: (seconds: number) => (seconds <= 1 ? 'About one second left' : `About ${seconds} seconds left`),
  takesLonger: 'This device takes a little longer …',
  lockedHeading: 'Your journal is locked',
  unlock: 'Unlock',
  useRecoveryWords: 'Use recovery words',
  wrongPassphrase: 'That passphrase does not open this journal',
  wrongPassphraseHelp: 'Check Caps Lock and the keyboard language. You can try as often as you like.',
  unfinishedHint:
    'A recording or an import may not be finished. Unlock to see: what can be kept of a recording is sealed on this device; an import can be started again.',

  sealingShared: 'Sealing the shared video',
  sharedHint: (count: number): string =>
    count === 1
      ? 'A shared video is on this device, sealed. Unlock to take it into your journal.'
      : `${String(count)} shared videos are on this device, sealed. Unlock to take them into your journal.`
};
