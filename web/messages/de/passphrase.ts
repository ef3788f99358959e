/** German: choosing a passphrase. */
import type { Catalogue } from '../shape.ts';

export const passphrase: Catalogue['passphrase'] = {
  createHeading: 'Wähle eine Passphrase',
  createLead:
    'Sie ist der Schlüssel zu allem, was du aufnimmst. Sie lässt sich nicht zurücksetzen: Nimm eine, die du in einem Jahr noch weißt.',
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
  mismatch: 'Die beiden stimmen nicht überein.'
};
