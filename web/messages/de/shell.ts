/** German: shell. */
import type { Catalogue } from '../shape.ts';

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
  showTyped: 'Eingabe anzeigen',
  hideTyped: 'Eingabe verbergen',
  capsLock: 'Die Feststelltaste ist an.',
  loading: 'Wird geladen …',
  offline: 'Offline',
  importing: (at, of, percent) =>
    `Import ${of === 1 ? '' : `${String(at)} von ${String(of)}, `}${percent === null ? '…' : `${String(percent)} %`}`,
  importsStopped: (count) =>
    count === 1
      ? 'Das Sperren hat den Import eines Videos beendet. Die Datei ist unverändert: Wenn es nicht in deinem Tagebuch steht, füge sie noch einmal hinzu.'
      : `Das Sperren hat den Import von ${String(count)} Videos beendet. Die Dateien sind unverändert: Füge noch einmal hinzu, was nicht in deinem Tagebuch steht.`,
  sharedArriving: (count) =>
    count === 1 ? 'Ein geteiltes Video wird aufgenommen.' : `${String(count)} geteilte Videos werden aufgenommen.`,
  sharedShow: 'Zeigen',
  sharedName: 'Geteiltes Video',
  sharedReadOnly:
    'Dieses Tagebuch lässt sich zurzeit nur lesen, darum wurde das geteilte Video nicht aufgenommen. Es bleibt versiegelt auf diesem Gerät.',
  sharedNotKept: 'Das geteilte Video wurde nicht behalten. Teile es noch einmal.',
  sharedNoJournal:
    'Auf diesem Gerät ist noch kein Tagebuch, darum wurde nichts behalten. Lege eines an und teile das Video dann noch einmal.',
  sharedLost:
    'Das geteilte Video ist nicht angekommen: Es wird nie unversiegelt gespeichert, und der Weg hierher wurde unterbrochen. Sonst ist nichts betroffen; teile es noch einmal.',
  offlineMeaning: 'Offline. Hier funktioniert alles ohne Netz.',
  updateReady: 'Eine neue Version ist bereit.',
  updateRefused: 'Nicht jetzt: Es läuft eine Aufnahme. Aktualisiere, wenn sie fertig ist.',
  updateNow: 'Jetzt aktualisieren',
  updateLater: 'Später',
  recoveryReminder: 'Wiederherstellungswörter nicht bestätigt',
  recoveryRecheck: 'Wiederherstellungswörter prüfen',
  evictionTitle: 'Safari kann dieses Tagebuch löschen',
  evictionText:
    'In einem Safari-Tab kann alles hier Gespeicherte nach sieben Tagen ohne Besuch gelöscht werden. Füge die App vor der ersten Aufnahme dem Home-Bildschirm hinzu (Teilen, dann „Zum Home-Bildschirm“): Die installierte App hat ihr eigenes Tagebuch.',
  condition: {
    'history-cut': {
      title: 'Ein Teil des Änderungsverlaufs war beschädigt',
      text: 'Deine Einträge sind sicher, und du kannst weitermachen wie immer. Mit der nächsten Änderung wird der beschädigte Teil entfernt. Kommt diese Meldung wieder, lässt vielleicht der Speicher dieses Geräts nach.'
    },
    damaged: {
      title: 'Dieses Tagebuch kann nur gelesen werden',
      text: 'Sein Verzeichnis der Einträge wurde verändert oder beschädigt. Jeder Eintrag, der als unversehrt erscheint, lässt sich öffnen und abspielen; aufnehmen, ändern und löschen lässt sich nichts, auch die Passphrase nicht. Lösche die Browserdaten nicht: Deine Aufnahmen liegen dort noch versiegelt.'
    },
    'rolled-back': {
      title: 'Dieses Tagebuch kann nur gelesen werden',
      text: 'Es widerspricht dem, was dieses Gerät gespeichert hat, wie nach dem Zurückspielen einer alten Kopie; die neuesten Einträge können fehlen. Jeder Eintrag, der als unversehrt erscheint, lässt sich öffnen und abspielen; aufnehmen, ändern und löschen lässt sich nichts, auch die Passphrase nicht. Hast du selbst eine Kopie zurückgespielt, nimm die neueste; wenn nicht, hatte vielleicht jemand anderes Zugriff auf dieses Gerät.'
    },
    'newer-app': {
      title: 'Dieses Tagebuch kann nur gelesen werden',
      text: 'Sein Verzeichnis der Einträge hat ein Format, das diese Version der App nicht kennt. Lade neu, um die App zu aktualisieren. Bis dahin lässt sich alles öffnen und abspielen, was diese Version kennt; aufnehmen, ändern und löschen lässt sich nichts, auch die Passphrase nicht. Gibt es keine neuere Version, wurde das Verzeichnis verändert oder beschädigt: Lösche die Browserdaten nicht, deine Aufnahmen liegen dort noch versiegelt.'
    }
  },
  notFound: 'Diese Seite gibt es nicht',
  notFoundText: 'Es ist nichts verloren. Geh zurück zu deinem Tagebuch.',
  failed: 'Etwas ist schiefgegangen',
  failedText:
    'Deine Aufnahmen liegen versiegelt auf diesem Gerät. Lade die App neu; hilft das nicht, kopiere den Code.',
  reload: 'Neu laden',
  toJournal: 'Zum Tagebuch'
};
