/** English: choosing a passphrase. */
export const passphrase = {
  createHeading: 'Choose a passphrase',
  createLead: 'It is the key to everything you record. There is no reset, so choose one you will still know in a year.',
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
  mismatch: 'The two do not match.'
};
