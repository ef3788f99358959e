/** English: the recovery kit, and opening by its words. */
export const recovery = {
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
  recovered: 'Your journal is open. From now on the new passphrase unlocks it.',
  recoveredReadOnly:
    'Your journal is open for reading. The passphrase was not changed, since nothing can be: keep your recovery words, you need them next time too.'
};
