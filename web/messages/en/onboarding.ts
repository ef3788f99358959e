/** English: onboarding. */
export const onboarding = {
  welcomeHeading: 'Secure Video Journal',
  welcomeLead: 'Say it to the camera. Watch it again next week, or in ten years. Nobody else can.',
  factSealed: 'Sealed on this device',
  factSealedText:
    'Every second is sealed before it is stored, with keys made from your passphrase. No account, no network needed.',
  factSeen: 'What a server can and cannot see',
  factSeenText:
    'Nothing is sent anywhere. The server you loaded this app from sees that you loaded it: your network address and the time. It never sees a picture, a sound, a title or a word.',
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
    'This version cannot move a journal from one device to another yet. Your recovery words open it where it is stored; they do not contain your recordings.',
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
      fix: 'Private windows switch it off. Open the app in a normal window; Safari must be 15.2 or newer, Firefox 111, Chrome 102.'
    },
    locks: {
      name: 'Agreement between tabs (Web Locks)',
      fix: 'The browser is too old. Update it: Safari 15.4, Firefox 96 or Chrome 69 and newer have it.'
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

  createHeading: 'Choose a passphrase',
  createLead: 'It is the key to everything you record. There is no reset, so choose one you will still know in a year.',
  passphrase: 'Passphrase',
  repeatPassphrase: 'Repeat passphrase',
  newPassphrase: 'New passphrase',
  repeatNewPassphrase: 'Repeat new passphrase',
  currentPassphrase: 'Current passphrase',
  passphraseHint:
    'Several words are stronger and easier to keep than one clever word. Spaces and capitals count; nothing is cut off.',
  keyboardHint:
    'On another keyboard, signs like # or ß may sit elsewhere. Show what you typed and check that you can find every sign again.',
  suggest: 'Suggest a passphrase',
  suggested: 'Words chosen by chance on this device. Write them down before you go on.',
  create: 'Create journal',
  creating: 'Making the keys of your journal',
  unlocking: 'Checking your passphrase',
  remaining: (seconds: number) => (seconds <= 1 ? 'About one second left' : `About ${seconds} seconds left`),
  takesLonger: 'This device takes a little longer …',
  slowOnPurpose: 'This takes a moment on purpose: it makes guessing expensive.',

  strength: 'Strength',
  strengthWords: ['Nothing typed yet', 'Weak', 'Fair', 'Strong', 'Very strong'] as [
    string,
    string,
    string,
    string,
    string
  ],
  adviceLonger: (characters: number) => `${characters} characters or more are recommended.`,
  refusals: {
    empty: 'Choose a passphrase.',
    'too-short': 'At least 8 characters are needed.',
    'too-long': 'The passphrase is longer than 1,024 bytes.',
    common: 'This is among the first that anyone would guess. Choose another.'
  },
  mismatch: 'The two do not match.',

  kitHeading: 'Recovery kit',
  kitLead:
    'These 24 words open your journal if you forget your passphrase. They are shown to you, and to nobody else. Write them on paper, in this order.',
  kitList: 'Recovery words',
  kitPrint: 'Print',
  kitSave: 'Save as a file',
  kitWrote: 'I wrote them down',
  kitLater: 'Later',
  kitLaterNote: '“Later” is offered once. Until the words are confirmed, a reminder stays on the screen.',
  kitAskHeading: 'Now three of them, from your paper',
  kitAskLead: 'This makes sure that what you wrote down can be read again.',
  kitRecheckLead: 'Is the paper still there? Type three of your words from it.',
  kitWord: (number: number) => `Word ${number}`,
  kitConfirm: 'Confirm',
  kitBack: 'Show the words again',
  kitWrong: 'Not all three were right. Look at your paper again; here are three others.',
  kitConfirmed: 'Recovery words confirmed. Keep the paper in a safe place.',
  kitPassphraseLead: 'Whoever sees these words can open your journal. Type your passphrase to see them.',
  kitShow: 'Show the words',
  kitSaveTitle: 'A file is less safe than paper',
  kitSaveText:
    'Anyone who gets this file can open your journal, and downloads are often copied to a cloud. Move it to a USB stick and delete it from this device.',
  kitSaveConfirm: 'Save the file',
  kitFile: (words: readonly string[], date: string) =>
    [
      'Secure Video Journal: recovery kit',
      `Written on ${date}`,
      '',
      'These 24 words, in this order, open the journal of this browser and set a new passphrase.',
      'Whoever has them can open the journal. Keep them off line.',
      '',
      ...words.map((word, index) => `${String(index + 1).padStart(2)}. ${word}`),
      ''
    ].join('\r\n'),
  kitFileName: 'recovery-kit.txt',
  kitPrintNote: (date: string) =>
    `Written on ${date}. These 24 words, in this order, open the journal and set a new passphrase. Keep this paper where only you find it.`,

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
      : `${String(count)} shared videos are on this device, sealed. Unlock to take them into your journal.`,

  recoverHeading: 'Use your recovery words',
  recoverLead: 'Type or paste the 24 words in their order. Then choose a new passphrase; the old one stops working.',
  recoverWords: 'Recovery words',
  recoverCount: (typed: number) => `${typed} of 24 words`,
  recoverTypo: (number: number, word: string) => `Word ${number}, “${word}”, is not a recovery word.`,
  recoverTooMany: 'These are more than 24 words.',
  recoverChecksum: 'Every word is right by itself, but not together. Check their order against your paper.',
  recoverWrong: 'These words do not open this journal. They may belong to another one.',
  recoverContinue: 'Continue',
  recoverOpen: 'Open journal',
  recoverPassphraseHeading: 'Choose a new passphrase',
  recovering: 'Opening your journal',
  recovered: 'Your journal is open. From now on the new passphrase unlocks it.'
};
