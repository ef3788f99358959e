/** German: shell. */
import type { Catalogue } from '../en.ts';

export const shell: Catalogue['shell'] = {
  appName: 'Secure Video Journal',
  skipToContent: 'Zum Inhalt springen',
  mainNavigation: 'Hauptnavigation',
  journal: 'Tagebuch',
  record: 'Aufnehmen',
  settings: 'Einstellungen',
  lockNow: 'Jetzt sperren',
  lockShortcut: (keys) => `Jetzt sperren (${keys})`,
  cancel: 'Abbrechen',
  close: 'Schließen',
  back: 'Zurück',
  dismiss: 'Ausblenden',
  notices: 'Hinweise',
  copyCode: (code) => `Code ${code} kopieren`,
  copied: 'Kopiert.',
  percent: (percent) => `${percent} %`,
  showPassphrase: (label) => `Anzeigen: ${label}`,
  hidePassphrase: (label) => `Verbergen: ${label}`,
  capsLock: 'Die Feststelltaste ist an.',
  loading: 'Wird geladen …',
  offline: 'Offline',
  offlineMeaning: 'Offline. Hier funktioniert alles ohne Netz.',
  updateReady: 'Eine neue Version ist bereit.',
  updateNow: 'Jetzt aktualisieren',
  updateLater: 'Später',
  recoveryReminder: 'Wiederherstellungswörter nicht bestätigt',
  recoveryRecheck: 'Wiederherstellungswörter prüfen',
  evictionTitle: 'Safari kann dieses Tagebuch löschen',
  evictionText:
    'In einem Safari-Tab kann alles hier Gespeicherte nach sieben Tagen ohne Besuch gelöscht werden. Füge die App vor der ersten Aufnahme dem Home-Bildschirm hinzu (Teilen, dann „Zum Home-Bildschirm“): Die installierte App hat ihr eigenes Tagebuch.',
  notFound: 'Diese Seite gibt es nicht',
  notFoundText: 'Es ist nichts verloren. Geh zurück zu deinem Tagebuch.',
  failed: 'Etwas ist schiefgegangen',
  failedText:
    'Deine Aufnahmen liegen versiegelt auf diesem Gerät. Lade die App neu; hilft das nicht, kopiere den Code.',
  reload: 'Neu laden',
  toJournal: 'Zum Tagebuch',
  locked: 'Das Tagebuch ist gesperrt.',
  unlocked: 'Das Tagebuch ist entsperrt.'
};
