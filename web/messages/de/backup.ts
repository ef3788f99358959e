/** Deutsch: Sicherung, Anmelden, Geräte. */
import type { Inside } from '../shape.ts';

const entries = (count: number): string => (count === 1 ? '1 Eintrag' : `${count.toLocaleString('de')} Einträgen`);

export const backup: Inside['backup'] = {
  heading: 'Sicherung',
  offText:
    'Dein Tagebuch ist nur auf diesem Gerät. Eine Sicherung hält es auf mehreren Geräten gleich und bewahrt es, wenn dieses verloren geht. Der Server speichert Versiegeltes: Er sieht nie ein Bild, ein Wort oder einen Titel.',
  signedOutText:
    'Du bist von der Sicherung abgemeldet. Alles auf diesem Gerät ist noch da; Neues wird nicht gesichert.',
  setUp: 'Sicherung einrichten',
  signIn: 'Anmelden',
  signOut: 'Abmelden',
  anotherAccount: 'Anderes Konto anlegen',
  signedOut: 'Von der Sicherung abgemeldet. Dein Tagebuch bleibt auf diesem Gerät.',
  words: 'Titel, Notizen und Änderungen',
  recordings: 'Aufnahmen und Bilder',
  working: 'Wird abgeglichen …',
  inStep: 'Auf dem Stand der Sicherung.',
  allCarried: 'Alles auf diesem Gerät ist gesichert und wurde zurückgelesen.',
  looking: 'Sucht, was noch nicht gesichert ist …',
  waiting: (count, size) => (count === 1 ? `Noch 1 Teil (${size})` : `Noch ${count} Teile (${size})`),
  carrying: 'Wird gesichert',
  tryNow: 'Jetzt versuchen',
  refusedTitle: 'Die Sicherung wurde abgelehnt',
  refused: {
    'rolled-back':
      'Der Server zeigt einen älteren Stand, als dieses Gerät schon gesehen hat. Nichts davon wurde übernommen, nichts gesendet. Alles auf diesem Gerät ist sicher.',
    forked:
      'Der Server zeigt eine andere Geschichte deines Tagebuchs, als dieses Gerät gesehen hat. Nichts davon wurde übernommen, nichts gesendet. Vergleiche die acht Wörter unten mit deinen anderen Geräten.',
    omitted:
      'Der Server hält etwas zurück, das dein Tagebuch nennt. Nichts davon wurde übernommen, nichts gesendet. Alles auf diesem Gerät ist sicher.',
    undead:
      'Der Server bringt etwas zurück, das du gelöscht hast. Nichts davon wurde übernommen, nichts gesendet. Alles auf diesem Gerät ist sicher.',
    foreign:
      'Der Server schickte etwas, das dein Tagebuch nicht gemacht hat. Nichts davon wurde übernommen, nichts gesendet. Alles auf diesem Gerät ist sicher.'
  },

  freeable: (count, size) =>
    count === 1
      ? `1 Aufnahme (${size}) ist in der Sicherung geprüft und muss nicht auf diesem Gerät bleiben.`
      : `${count.toLocaleString('de')} Aufnahmen (${size}) sind in der Sicherung geprüft und müssen nicht auf diesem Gerät bleiben.`,
  free: 'Platz schaffen',
  freeTitle: 'Aufnahmen von diesem Gerät nehmen?',
  freeText: (size) =>
    `Jede wird vorher noch einmal aus der Sicherung zurückgelesen; was nicht ganz zurückkommt, bleibt. Das schafft ${size} Platz. Die Aufnahmen spielen dann aus der Sicherung und brauchen eine Verbindung zu ihr. Titel, Notizen und Bilder bleiben hier.`,
  freeing: 'Wird zurückgelesen, dann freigegeben',
  freed: (size, kept) =>
    kept === 0
      ? `${size} frei. Die Aufnahmen sind in der Sicherung.`
      : `${size} frei. ${kept === 1 ? '1 Aufnahme' : `${String(kept)} Aufnahmen`} kam nicht ganz aus der Sicherung zurück: noch auf diesem Gerät, wird neu gesendet.`,

  devices: 'Geräte',
  devicesText: 'Bei dieser Sicherung angemeldet. Beende, was du nicht kennst.',
  thisDevice: 'Dieses Gerät',
  otherDevice: 'Ein anderes Gerät',
  seen: (time) => `Zuletzt gesehen: ${time}`,
  endSession: 'Dieses Gerät abmelden',
  ended: 'Das Gerät ist abgemeldet.',
  headCode: 'Acht Wörter zum Vergleichen',
  headCodeText:
    'Dieselben Wörter auf zwei Geräten heißen: Beide haben dasselbe Tagebuch, vollständig und unverändert. Sie ändern sich mit jedem Eintrag.',

  setUpHeading: 'Sicherung einrichten',
  setUpLead:
    'Ein Konto bewahrt dein versiegeltes Tagebuch. Die Passphrase ist die deines Tagebuchs; der Server erfährt sie nie.',
  accountName: 'Kontoname',
  accountNameHint:
    'Irgendein Name, es muss keine E-Mail-Adresse sein. Du brauchst ihn, um dich anderswo anzumelden: Schreib ihn auf.',
  nameMissing: 'Wähle einen Namen.',
  createAccount: 'Konto anlegen',
  creating: 'Deine Passphrase wird geprüft',
  nameTaken: 'Ein Konto dieses Namens kann nicht angelegt werden. Wähle einen anderen Namen.',
  wordsFirst: 'Wiederherstellungswörter bestätigen',

  factorHeading: 'Ein zweiter Schlüssel',
  factorLead:
    'Lies das mit einer Authenticator-App ein. Sie zeigt bei jeder Anmeldung einen Code, damit niemand hineinkommt, der nur deine Passphrase erfährt.',
  qrLabel: 'QR-Code für eine Authenticator-App',
  secretLabel: 'Oder tippe dieses Geheimnis ein',
  code: 'Code',
  codeHint: 'Die sechs Ziffern, die der Authenticator jetzt zeigt.',
  confirmCode: 'Code bestätigen',
  wrongCode: 'Der Code passt nicht oder wurde schon benutzt. Versuche den nächsten.',

  codesHeading: 'Ersatzcodes',
  codesLead:
    'Jeder ersetzt einmal den Authenticator, falls du ihn verlierst. Sie werden nur jetzt gezeigt: Schreib sie auf oder druck sie aus, und bewahre sie getrennt von deiner Passphrase auf.',
  codesList: 'Ersatzcodes',
  copyCodes: 'Kopieren',
  codesCopied: 'Kopiert. Füge sie dort ein, wo nur du sie liest, und leere dann die Zwischenablage.',
  saveCodes: 'Als Datei sichern',
  codesSaved: 'Ich verwahre sie sicher',
  ready: 'Die Sicherung läuft.',

  signInHeading: 'Bei deiner Sicherung anmelden',
  signInLead: 'Mit dem Kontonamen und der Passphrase deines Tagebuchs.',
  proving: 'Deine Passphrase wird geprüft',
  passphraseChanged: 'Ich habe meine Passphrase auf einem anderen Gerät geändert',
  refusedSignIn: 'Der Kontoname passt nicht zur Passphrase.',
  refusedWords: 'Der Kontoname passt nicht zu den Wiederherstellungswörtern.',
  codeHeading: 'Dein Code',
  codeOrRecovery: 'Die sechs Ziffern deines Authenticators oder einer deiner Ersatzcodes.',
  signedIn: 'Angemeldet. Die Sicherung geht weiter.',

  offerHeading: (count) => `Wir sehen eine Sicherung mit ${entries(count)} – hier wiederherstellen?`,
  offerText:
    'Zuerst kommen die Titel, dann die Bilder, die du ansiehst. Videos spielen sofort, aus der Sicherung, solange sie erreichbar ist.',
  restore: 'Hier wiederherstellen',
  restoring: 'Dein Tagebuch wird geöffnet',
  restored: 'Dein Tagebuch ist hier.',
  notRestored: {
    wrong: 'Diese Passphrase öffnet dieses Tagebuch nicht. Hier wurde nichts gespeichert.',
    foreign:
      'Was der Server gab, hat das Tagebuch dieser Passphrase nicht gemacht. Nichts davon wurde behalten. Versuche es später oder auf einem anderen Gerät.',
    forked: 'Der Server zeigt eine andere Geschichte als dein anderes Gerät. Nichts davon wurde behalten.'
  }
};
