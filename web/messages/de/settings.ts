/** German: settings. */
import type { Catalogue } from '../shape.ts';

export const settings: Catalogue['settings'] = {
  heading: 'Einstellungen',

  journal: 'Tagebuch',
  quality: 'Bild',
  qualities: { '480p': 'Klein', '720p': 'Gut', '1080p': 'Scharf' },
  qualityDetail: (lines, megabytes) => `${lines}, etwa ${megabytes} MB pro Minute`,
  facing: 'Kamera',
  facings: { user: 'Vorne', environment: 'Hinten' },
  countdown: 'Countdown',
  countdownOff: 'Aus',
  countdownSeconds: (seconds) => `${seconds} Sekunden`,
  trash: 'Papierkorb',
  trashText: 'Gelöschte Einträge bleiben dort sieben Tage.',

  security: 'Sicherheit',
  changePassphrase: 'Passphrase ändern',
  changeTitle: 'Passphrase ändern',
  changeText: 'Die alte Passphrase gilt dann nicht mehr. Deine Wiederherstellungswörter bleiben gleich.',
  changing: 'Deine Passphrase wird geändert',
  changed: 'Passphrase geändert.',
  showKit: 'Wiederherstellungs-Blatt zeigen',
  kitState: 'Wiederherstellungswörter',
  kitConfirmed: (date) => `Bestätigt am ${date}.`,
  kitOpen: 'Noch nicht bestätigt. Ohne sie ist alles verloren, wenn du die Passphrase vergisst.',
  lockTimeout: 'Sperrt sich von selbst',
  lockTimeoutText:
    'Nach 30 Minuten ohne dich, wenn der Rechner erst danach wieder aufwacht und wenn du die Seite verlässt. Alle Tabs sperren gemeinsam; eine laufende Aufnahme geht weiter.',
  lockShortcut: (keys) => `Tastenkürzel: ${keys}`,
  lockShortcutOther: (keys) => `Belegt es ein anderes Programm (Bitwarden tut das), nimm ${keys}.`,

  storage: 'Speicher',
  used: 'Von diesem Tagebuch belegt',
  usedText: (bytes, entries) => `${bytes} in ${entries}`,
  entries: (count, one) => (one ? '1 Eintrag' : `${count} Einträgen`),
  inTrash: 'Im Papierkorb',
  available: 'Frei für diese App',
  availableUnknown: 'Dieser Browser sagt es nicht.',
  protection: 'Vor dem Löschen durch den Browser geschützt',
  protectionYes: 'Ja. Der Browser löscht dieses Tagebuch nur, wenn du es verlangst.',
  protectionNo:
    'Nein. Wird der Platz knapp, darf der Browser das ganze Tagebuch löschen. Die App zu installieren ändert das meistens.',
  protectionUnasked: 'Noch nicht gefragt. Die App fragt, wenn dein erster Eintrag gespeichert ist.',
  askProtection: 'Um Schutz bitten',
  protectionGranted: 'Der Browser schützt dieses Tagebuch jetzt.',
  protectionDenied:
    'Der Browser hat vorerst Nein gesagt. Oft stimmt er zu, sobald die App installiert ist oder öfter benutzt wird.',
  pad: 'Genaue Größe von Videos verbergen',
  padText:
    'Rundet jedes versiegelte Video auf, damit seine Größe nicht die Länge verrät. Kostet höchstens 12 % mehr Platz.',

  appearance: 'Darstellung',
  theme: 'Farben',
  themes: { system: 'Wie das System', light: 'Hell', dark: 'Dunkel' },
  motion: 'Bewegung folgt dem System: Will es weniger, bewegt sich die App weniger.',

  language: 'Sprache',

  about: 'Über',
  version: 'Version',
  install: 'App installieren',
  installText: 'Öffnet sich in einem eigenen Fenster, startet offline und wird weniger leicht gelöscht.',
  promiseTitle: 'Was versprochen ist',
  promise: [
    'Was du aufnimmst, wird auf diesem Gerät versiegelt, bevor es gespeichert wird. Nur deine Passphrase oder deine Wiederherstellungswörter öffnen es.',
    'Die App spricht mit keiner anderen Seite und funktioniert ohne Netz.',
    'Eine Aufnahme, die abbricht, bleibt bis auf die letzten ein, zwei Sekunden erhalten.'
  ],
  limitsTitle: 'Was nicht versprochen ist',
  limits: [
    'Niemand kann helfen, wenn Passphrase und Wiederherstellungswörter beide verloren sind.',
    'Wer dein entsperrtes Gerät oder deinen Browser und seine Erweiterungen beherrscht, sieht, was du siehst.',
    'Die App kommt von einem Server. Wer ihn betreibt, könnte dir eine veränderte App schicken; der Code ist offen, damit sich das prüfen lässt.',
    'Wer Browserdaten löscht, löscht das Tagebuch. Eine Sicherung gibt es in dieser Version nicht.'
  ],
  licences: 'Software, aus der diese App besteht',
  licencesFailed: 'Die Liste ließ sich nicht lesen. Sie gehört zur App; lade neu und versuche es noch einmal.'
};
