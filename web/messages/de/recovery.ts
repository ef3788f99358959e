/** German: the recovery kit, and opening by its words. */
import type { Catalogue } from '../shape.ts';

export const recovery: Catalogue['recovery'] = {
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
  recovered: 'Dein Tagebuch ist offen. Ab jetzt entsperrt es die neue Passphrase.',
  recoveredReadOnly:
    'Dein Tagebuch ist zum Lesen offen. Die Passphrase wurde nicht geändert, denn ändern lässt sich nichts: Behalte deine Wiederherstellungswörter, du brauchst sie auch beim nächsten Mal.'
};
