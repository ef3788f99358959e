/** German: the welcome, what this browser can, the locked screen. */
import type { Catalogue } from '../shape.ts';

export const onboarding: Catalogue['onboarding'] = {
  welcomeHeading: 'Secure Video Journal',
  welcomeLead: 'Sag es in die Kamera. Sieh es nächste Woche wieder oder in zehn Jahren. Niemand sonst kann das.',
  factSealed: 'Auf diesem Gerät versiegelt',
  factSealedText:
    'Jede Sekunde wird versiegelt, bevor sie gespeichert wird, mit Schlüsseln aus deiner Passphrase. Ohne Konto, ohne Netz.',
  factSeen: 'Was ein Server sehen kann und was nicht',
  factSeenText:
    'Nichts wird verschickt, solange du keine Sicherung einrichtest. Mit ihr bewahrt der Server Versiegeltes auf und sieht dessen Größe, die Zeit und deine Netzadresse. Er sieht nie ein Bild, einen Ton, einen Titel oder ein Wort.',
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
    'Mit einer Sicherung kommt es hierher: Melde dich mit ihrem Kontonamen und deiner Passphrase an. Ohne sie bleibt es, wo es gemacht wurde; deine Wiederherstellungswörter enthalten deine Aufnahmen nicht.',
  signIn: 'Anmelden',
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
    'current-browser': {
      name: 'Ein aktueller Browser',
      fix: 'Dieser ist für Teile der App zu alt. Aktualisiere ihn: Safari 17.4, Firefox 121, Chrome 119 und alles Neuere genügen.'
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
      fix: 'Private Fenster schalten ihn ab. Öffne die App in einem normalen Fenster oder aktualisiere den Browser.'
    },
    locks: {
      name: 'Absprache zwischen Tabs (Web Locks)',
      fix: 'Der Browser ist zu alt. Aktualisiere ihn.'
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

  passphrase: 'Passphrase',
  unlocking: 'Deine Passphrase wird geprüft',
  remaining: (seconds) => (seconds <= 1 ? 'Noch etwa eine Sekunde' : `Noch etwa ${seconds} Sekunden`),
  takesLonger: 'Dieses Gerät braucht etwas länger …',
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
      : `${String(count)} geteilte Videos liegen versiegelt auf diesem Gerät. Entsperre, um sie in dein Tagebuch aufzunehmen.`
};
