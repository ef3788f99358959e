/** German: onboarding. */
import type { Catalogue } from '../en.ts';

export const onboarding: Catalogue['onboarding'] = {
  welcomeHeading: 'Secure Video Journal',
  welcomeLead: 'Sag es in die Kamera. Sieh es nächste Woche wieder oder in zehn Jahren. Niemand sonst kann das.',
  factSealed: 'Auf diesem Gerät versiegelt',
  factSealedText:
    'Jede Sekunde wird versiegelt, bevor sie gespeichert wird, mit Schlüsseln aus deiner Passphrase. Ohne Konto, ohne Netz.',
  factSeen: 'Was ein Server sehen kann und was nicht',
  factSeenText:
    'Es wird nichts verschickt. Der Server, von dem du diese App geladen hast, sieht, dass du sie geladen hast: deine Netzadresse und die Uhrzeit. Er sieht nie ein Bild, einen Ton, einen Titel oder ein Wort.',
  factLost: 'Was verloren ist, wenn die Schlüssel verloren sind',
  factLostText:
    'Alles. Ohne deine Passphrase und deine 24 Wiederherstellungswörter kann niemand dein Tagebuch öffnen, und niemand kann sie zurücksetzen. Schreib die Wörter auf, wenn du sie siehst.',
  createJournal: 'Tagebuch anlegen',
  haveOne: 'Ich habe schon eines',
  haveTitle: 'Du hast schon ein Tagebuch',
  haveHere: 'Auf diesem Gerät',
  haveHereText:
    'Ein Tagebuch lebt in dem Browser, in dem es angelegt wurde. Öffne diese Seite in jenem Browser oder in der installierten App und entsperre es dort.',
  haveElsewhere: 'Auf einem anderen Gerät',
  haveElsewhereText:
    'Diese Version kann ein Tagebuch noch nicht von einem Gerät auf ein anderes bringen. Deine Wiederherstellungswörter öffnen es dort, wo es liegt; deine Aufnahmen enthalten sie nicht.',
  aboutApp: 'Über diese App',

  selfTest: 'Dieser Browser kann',
  abilities: {
    record: 'aufnehmen',
    play: 'abspielen',
    seal: 'versiegeln',
    store: 'speichern',
    offline: 'offline arbeiten'
  },
  can: 'ja',
  cannot: 'nein',
  refusedTitle: 'Hier lässt sich kein Tagebuch sicher führen',
  refusedText: 'Diesem Browser fehlt etwas, das die App braucht. Es wurde nichts gespeichert. Das fehlt:',
  limitedTitle: 'Hier geht nicht alles',
  tryAgain: 'Noch einmal prüfen',
  missing: {
    'secure-context': {
      name: 'Eine sichere Verbindung',
      fix: 'Browser erlauben Verschlüsselung nur über https oder auf diesem Gerät selbst. Öffne die Adresse mit https://.'
    },
    cryptography: {
      name: 'Verschlüsselung (Web Crypto)',
      fix: 'Nimm eine aktuelle Version von Chrome, Edge, Firefox oder Safari und öffne die App mit https://.'
    },
    'web-assembly': {
      name: 'WebAssembly',
      fix: 'Damit wird aus deiner Passphrase ein Schlüssel. Schalte den Blockierungsmodus oder die strengste Sicherheitsstufe für diese Seite aus oder nimm einen anderen Browser.'
    },
    database: {
      name: 'Die Datenbank des Browsers (IndexedDB)',
      fix: 'Private Fenster und gesperrte Websitedaten schalten sie ab. Öffne die App in einem normalen Fenster und erlaube Websitedaten.'
    },
    'file-storage': {
      name: 'Der private Dateispeicher des Browsers (OPFS)',
      fix: 'Private Fenster schalten ihn ab. Öffne die App in einem normalen Fenster; nötig sind Safari 15.2, Firefox 111 oder Chrome 102.'
    },
    locks: {
      name: 'Absprache zwischen Tabs (Web Locks)',
      fix: 'Der Browser ist zu alt. Aktualisiere ihn: ab Safari 15.4, Firefox 96 oder Chrome 69.'
    },
    'service-worker': {
      name: 'Offline-App und Player (Service Worker)',
      fix: 'Private Fenster schalten ihn in manchen Browsern ab. Öffne die App in einem normalen Fenster.'
    },
    recording: {
      name: 'Aufnehmen (MediaRecorder)',
      fix: 'Du kannst hier Videos importieren und ansehen. Nimm zum Aufnehmen eine aktuelle Version von Chrome, Edge, Firefox oder Safari.'
    },
    playback: { name: 'Video abspielen', fix: 'Nimm einen Browser, der Video abspielen kann.' }
  },
  unreadableTitle: 'Das Tagebuch auf diesem Gerät ließ sich nicht ansehen',

  createHeading: 'Wähle eine Passphrase',
  createLead:
    'Sie ist der Schlüssel zu allem, was du aufnimmst. Sie lässt sich nicht zurücksetzen: Nimm eine, die du in einem Jahr noch weißt.',
  passphrase: 'Passphrase',
  repeatPassphrase: 'Passphrase wiederholen',
  newPassphrase: 'Neue Passphrase',
  repeatNewPassphrase: 'Neue Passphrase wiederholen',
  currentPassphrase: 'Bisherige Passphrase',
  passphraseHint:
    'Mehrere Wörter sind stärker und leichter zu behalten als ein raffiniertes. Leerzeichen und Großbuchstaben zählen; es wird nichts abgeschnitten.',
  keyboardHint:
    'Auf einer anderen Tastatur liegen Zeichen wie # oder ß vielleicht woanders. Lass dir anzeigen, was du getippt hast, und prüfe, ob du jedes Zeichen wiederfindest.',
  suggest: 'Passphrase vorschlagen',
  suggested: 'Wörter, auf diesem Gerät vom Zufall gewählt. Schreib sie auf, bevor du weitermachst.',
  create: 'Tagebuch anlegen',
  creating: 'Die Schlüssel deines Tagebuchs entstehen',
  unlocking: 'Deine Passphrase wird geprüft',
  remaining: (seconds) => (seconds <= 1 ? 'Noch etwa eine Sekunde' : `Noch etwa ${seconds} Sekunden`),
  takesLonger: 'Dieses Gerät braucht etwas länger …',
  slowOnPurpose: 'Das dauert mit Absicht einen Moment: So wird Raten teuer.',

  strength: 'Stärke',
  strengthWords: ['Noch nichts eingegeben', 'Schwach', 'Mittel', 'Stark', 'Sehr stark'],
  adviceLonger: (characters) => `Empfohlen sind ${characters} Zeichen oder mehr.`,
  refusals: {
    empty: 'Wähle eine Passphrase.',
    'too-short': 'Es müssen mindestens 8 Zeichen sein.',
    'too-long': 'Die Passphrase ist länger als 1.024 Byte.',
    common: 'Das gehört zum Ersten, was jeder raten würde. Wähle etwas anderes.'
  },
  mismatch: 'Die beiden stimmen nicht überein.',

  kitHeading: 'Wiederherstellungs-Blatt',
  kitLead:
    'Diese 24 Wörter öffnen dein Tagebuch, wenn du die Passphrase vergisst. Nur du bekommst sie zu sehen. Schreib sie in dieser Reihenfolge auf Papier.',
  kitList: 'Wiederherstellungswörter',
  kitPrint: 'Drucken',
  kitSave: 'Als Datei speichern',
  kitWrote: 'Ich habe sie aufgeschrieben',
  kitLater: 'Später',
  kitLaterNote: '„Später“ gibt es einmal. Bis die Wörter bestätigt sind, bleibt eine Erinnerung stehen.',
  kitAskHeading: 'Jetzt drei davon, von deinem Blatt',
  kitAskLead: 'So ist sicher, dass sich lesen lässt, was du aufgeschrieben hast.',
  kitRecheckLead: 'Ist das Blatt noch da? Gib drei deiner Wörter davon ein.',
  kitWord: (number) => `Wort ${number}`,
  kitConfirm: 'Bestätigen',
  kitBack: 'Wörter noch einmal zeigen',
  kitWrong: 'Nicht alle drei stimmten. Sieh noch einmal auf dein Blatt; hier sind drei andere.',
  kitConfirmed: 'Wiederherstellungswörter bestätigt. Bewahre das Blatt sicher auf.',
  kitPassphraseLead: 'Wer diese Wörter sieht, kann dein Tagebuch öffnen. Gib deine Passphrase ein, um sie zu sehen.',
  kitShow: 'Wörter anzeigen',
  kitSaveTitle: 'Eine Datei ist weniger sicher als Papier',
  kitSaveText:
    'Wer diese Datei bekommt, kann dein Tagebuch öffnen, und Downloads werden oft in eine Cloud kopiert. Bring sie auf einen USB-Stick und lösche sie von diesem Gerät.',
  kitSaveConfirm: 'Datei speichern',
  kitFile: (words, date) =>
    [
      'Secure Video Journal: Wiederherstellungs-Blatt',
      `Geschrieben am ${date}`,
      '',
      'Diese 24 Wörter öffnen in dieser Reihenfolge das Tagebuch dieses Browsers und setzen eine neue Passphrase.',
      'Wer sie hat, kann das Tagebuch öffnen. Bewahre sie offline auf.',
      '',
      ...words.map((word, index) => `${String(index + 1).padStart(2)}. ${word}`),
      ''
    ].join('\r\n'),
  kitFileName: 'wiederherstellung.txt',
  kitPrintNote: (date) =>
    `Geschrieben am ${date}. Diese 24 Wörter öffnen in dieser Reihenfolge das Tagebuch und setzen eine neue Passphrase. Bewahre das Blatt dort auf, wo nur du es findest.`,

  lockedHeading: 'Dein Tagebuch ist gesperrt',
  unlock: 'Entsperren',
  useRecoveryWords: 'Wiederherstellungswörter benutzen',
  wrongPassphrase: 'Diese Passphrase öffnet dieses Tagebuch nicht',
  wrongPassphraseHelp: 'Prüfe Feststelltaste und Tastatursprache. Du kannst es beliebig oft versuchen.',
  unfinishedHint:
    'Eine Aufnahme oder ein Import ist vielleicht nicht abgeschlossen. Entsperre, um nachzusehen: Was von einer Aufnahme bleiben kann, liegt versiegelt auf diesem Gerät; ein Import lässt sich neu starten.',

  sealingShared: 'Das geteilte Video wird versiegelt',
  sharedHint: (count) =>
    count === 1
      ? 'Ein geteiltes Video liegt versiegelt auf diesem Gerät. Entsperre, um es in dein Tagebuch aufzunehmen.'
      : `${String(count)} geteilte Videos liegen versiegelt auf diesem Gerät. Entsperre, um sie in dein Tagebuch aufzunehmen.`,

  recoverHeading: 'Wiederherstellungswörter benutzen',
  recoverLead:
    'Gib die 24 Wörter in ihrer Reihenfolge ein oder füge sie ein. Wähle dann eine neue Passphrase; die alte gilt nicht mehr.',
  recoverWords: 'Wiederherstellungswörter',
  recoverCount: (typed) => `${typed} von 24 Wörtern`,
  recoverTypo: (number, word) => `Wort ${number}, „${word}“, ist kein Wiederherstellungswort.`,
  recoverTooMany: 'Das sind mehr als 24 Wörter.',
  recoverChecksum: 'Jedes Wort für sich stimmt, zusammen aber nicht. Vergleiche die Reihenfolge mit deinem Blatt.',
  recoverWrong: 'Diese Wörter öffnen dieses Tagebuch nicht. Vielleicht gehören sie zu einem anderen.',
  recoverContinue: 'Weiter',
  recoverOpen: 'Tagebuch öffnen',
  recoverPassphraseHeading: 'Wähle eine neue Passphrase',
  recovering: 'Dein Tagebuch wird geöffnet',
  recovered: 'Dein Tagebuch ist offen. Ab jetzt entsperrt es die neue Passphrase.'
};
