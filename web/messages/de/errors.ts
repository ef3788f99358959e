/** German: errors. */
import type { Catalogue } from '../shape.ts';

const NOT_OURS = 'Das hat dieses Tagebuch nicht versiegelt. Es wurde nicht gelesen, und dein Tagebuch ist unverändert.';
const DAMAGED =
  'Etwas, das für dieses Tagebuch gespeichert war, wurde verändert oder beschädigt und deshalb nicht geöffnet. Alles andere in deinem Tagebuch ist sicher.';
const NEWER =
  'Das wurde von einer neueren Version der App versiegelt. Es ist unverändert; aktualisiere die App, um es zu öffnen.';
const KDF_REFUSED =
  'Die gespeicherten Entsperr-Angaben dieses Tagebuchs wurden verändert, von jemandem oder durch einen Speicherfehler; deshalb wird nicht nach deiner Passphrase gefragt. Deine Einträge sind sicher: Öffne das Tagebuch mit deinen Wiederherstellungswörtern und wähle eine neue Passphrase.';
const UPLOAD_AGAIN =
  'Die Übertragung wurde abgelehnt und beginnt von selbst neu. Deine Aufnahme ist auf diesem Gerät sicher.';

export const errors: Catalogue['errors'] = {
  'format/too-short': NOT_OURS,
  'format/magic': NOT_OURS,
  'format/version': NEWER,
  'format/kind': NOT_OURS,
  'format/flags': NEWER,
  'format/floe-parameters': NOT_OURS,
  'format/length': DAMAGED,
  'format/padding': DAMAGED,
  'format/json': DAMAGED,
  'format/schema': DAMAGED,
  'format/id': 'Diese Adresse gehört zu keinem Eintrag deines Tagebuchs. Es wurde nichts geändert.',
  'format/kdf': KDF_REFUSED,
  'format/words':
    'Das sind keine gültigen Wiederherstellungswörter. Prüfe Reihenfolge und Schreibweise; es wurde nichts geändert.',
  'seal/header-mismatch': DAMAGED,
  'seal/damaged': DAMAGED,
  'seal/truncated': DAMAGED,
  'seal/trailing-data': DAMAGED,
  'seal/too-long':
    'Dieses Video ist größer als 64 GiB, mehr fasst ein Clip nicht. Es wurde nichts gespeichert; importiere es in Teilen.',
  'kdf/below-floor': KDF_REFUSED,
  'kdf/above-ceiling': KDF_REFUSED,
  'kdf/changed':
    'Die Sicherung fragt auf andere Weise nach deiner Passphrase, als dieses Gerät sie kennt. Das ist richtig, wenn du sie auf einem anderen Gerät geändert hast, und sonst falsch. Es wurde nichts gesendet.',
  'kdf/empty-passphrase': 'Gib zuerst deine Passphrase ein.',
  'kdf/passphrase-too-long': 'Die Passphrase ist länger als 1.024 Byte. Wähle eine kürzere; es wurde nichts geändert.',
  'kdf/memory':
    'Dieses Gerät hat zu wenig freien Speicher, um die Passphrase zu prüfen. Dein Tagebuch ist sicher: Schließe andere Apps oder Tabs und versuche es noch einmal.',
  'vault/absent':
    'In diesem Browser gibt es kein Tagebuch. Tagebücher in anderen Browsern oder Geräten sind davon nicht betroffen.',
  'vault/exists': 'In diesem Browser gibt es schon ein Tagebuch. Es blieb, wie es ist; entsperre es stattdessen.',
  'vault/locked': 'Das Tagebuch ist gesperrt. Entsperre es und versuche es noch einmal; es ging nichts verloren.',
  'vault/rolled-back':
    'Dieses Tagebuch ist älter als das, was dieses Gerät schon gesehen hat, als wäre eine alte Kopie zurückgelegt worden. Es lässt sich nur lesen, damit nichts Neueres überschrieben wird; geändert wurde nichts.',
  'vault/newer-app':
    'Dieses Tagebuch wurde von einer neueren Version der App geschrieben. Es ist sicher und blieb unberührt: Lade neu, um die App zu aktualisieren, und entsperre dann.',
  'vault/damaged':
    'Der Kern dieses Tagebuchs wurde verändert oder beschädigt; darum wird nichts mehr hineingeschrieben, und geändert wurde nichts. Deine Aufnahmen liegen weiter versiegelt auf diesem Gerät; lösche keine Browserdaten.',
  'vault/unlock-again':
    'Die Passphrase wurde in einem anderen Tab geändert. Sperre diesen Tab und entsperre ihn neu, dann geht die Sicherung weiter.',
  'vault/words-unconfirmed':
    'Bestätige zuerst deine Wiederherstellungswörter: Eine Sicherung, die niemand mehr öffnen kann, ist keine. Es wurde nichts gesendet.',
  'vault/other-journal':
    'Zum Tagebuch in diesem Browser gehört kein Konto dieses Namens. Prüfe den Namen; es wurde nichts gesendet und nichts geändert.',
  'entry/absent': 'Dieser Eintrag ist nicht in deinem Tagebuch. Vielleicht wurde er gelöscht.',
  'entry/damaged': 'Dieser Eintrag wurde verändert oder beschädigt. Der Rest deines Tagebuchs ist sicher.',
  'entry/rolled-back':
    'Dieser Eintrag ist älter als das, was dieses Gerät schon gesehen hat, und wurde nicht geöffnet. Der Rest deines Tagebuchs ist sicher.',
  'entry/conflict':
    'Dieser Eintrag wurde inzwischen in einem anderen Tab geändert. Beide Fassungen bleiben erhalten; öffne ihn neu, um die neueste zu sehen.',
  'object/absent': 'Dieser Teil des Eintrags ist nicht auf diesem Gerät. Der Rest deines Tagebuchs ist sicher.',
  'object/elsewhere':
    'Diese Aufnahme ist nicht auf diesem Gerät. Sie spielt, sobald die Sicherung erreichbar ist und sie hat; es ging nichts verloren.',
  'object/busy':
    'Ein anderer Tab schreibt noch daran. Warte, bis er fertig ist, oder schließe ihn; es geht nichts verloren.',
  'range/not-satisfiable': 'Der Player wollte einen Teil des Videos, den es nicht gibt. Lade den Eintrag neu.',
  'storage/quota':
    'Es ist kein Platz mehr frei. Alles bisher Gespeicherte ist sicher. Schaffe Platz auf diesem Gerät oder leere den Papierkorb und mach weiter.',
  'storage/unavailable':
    'Dieser Browser lässt die App hier nichts speichern, etwa in einem privaten Fenster. Es wurde nichts gespeichert. Öffne die App in einem normalen Fenster.',
  'storage/blocked':
    'In einem anderen Tab läuft eine ältere Version der App. Schließe die anderen Tabs und versuche es noch einmal; es geht nichts verloren.',
  'camera/refused':
    'Kamera oder Mikrofon sind für diese Seite nicht erlaubt. Erlaube beides in den Website-Einstellungen neben der Adresse und versuche es noch einmal.',
  'camera/absent':
    'Es wurde keine Kamera oder kein Mikrofon gefunden. Schließe eines an und versuche es noch einmal, oder importiere ein Video.',
  'camera/busy': 'Eine andere App benutzt Kamera oder Mikrofon. Schließe sie und versuche es noch einmal.',
  'camera/unsupported':
    'Dieser Browser kann kein Video aufnehmen. Dein Tagebuch lässt sich hier öffnen und abspielen; nimm zum Aufnehmen einen aktuellen Browser.',
  'recorder/failed':
    'Die Aufnahme des Browsers ist abgebrochen. Alles bis dahin ist gespeichert; du kannst im selben Eintrag weitermachen.',
  'recorder/nothing':
    'Der Browser hat kein Video geliefert; von dieser Aufnahme wurde nichts gespeichert. Deine anderen Einträge sind sicher. Versuche es noch einmal, oder lade die App vorher neu.',
  'media/foreign':
    'Das ist kein Video, das diese App lesen kann. Es wurde nichts gespeichert, und die Datei ist unverändert.',
  'media/empty': 'Die Datei ist leer. Es wurde nichts gespeichert.',
  'media/truncated':
    'Die Datei endet vor ihrer angegebenen Länge. Es wurde nichts gespeichert; kopiere sie noch einmal von ihrer Quelle.',
  'media/undecodable':
    'Dieser Browser kann dieses Video nicht abspielen, darum wurde es nicht importiert. Es wurde nichts gespeichert, und die Datei ist unverändert. Ein anderer Browser nimmt sie vielleicht.',
  'media/unplayable':
    'Dieser Browser kann dieses Video nicht abspielen. Es ist sicher in deinem Tagebuch und läuft vielleicht in einem anderen Browser.',
  'relay/unreachable':
    'Die Sicherung antwortet nicht. Alles auf diesem Gerät ist sicher; die App versucht es von selbst noch einmal.',
  'relay/answer': 'Die Sicherung hat etwas geantwortet, das diese App nicht versteht. Nichts davon wurde übernommen.',
  'relay/damaged':
    'Was die Sicherung davon gab, wurde verändert oder beschädigt und deshalb nicht gezeigt. Auf deinen Geräten wurde nichts geändert; ein Gerät, das es noch hat, sendet es neu.',
  'account/refused': 'Der Kontoname passt nicht zur Passphrase oder zu den Wiederherstellungswörtern.',
  'account/unavailable':
    'Ein Konto mit diesem Namen kann nicht angelegt werden. Wähle einen anderen Namen; auf diesem Gerät hat sich nichts geändert.',
  'session/absent':
    'Du bist von der Sicherung abgemeldet. Alles auf diesem Gerät ist noch da; melde dich an, um fortzufahren.',
  'session/second-factor': 'Dein Code fehlt noch.',
  'factor/wrong-code': 'Dieser Code passt nicht oder wurde schon benutzt. Versuche den nächsten.',
  'factor/exists': 'Ein zweiter Faktor ist schon eingerichtet.',
  'relay/too-many': 'Zu viele Versuche. Warte eine Weile, höchstens eine Stunde, und versuche es dann noch einmal.',
  'relay/busy': 'Die Sicherung hat gerade zu viel zu tun. Die App versucht es von selbst wieder.',
  'relay/foreign-origin': 'Die Sicherung wurde von einer anderen Seite angesprochen und hat abgelehnt.',
  'relay/too-large': 'Das ist mehr, als die Sicherung auf einmal annimmt.',
  'relay/body': 'Die Sicherung hat die App nicht verstanden. Lade die App neu, um sie zu aktualisieren.',
  'vault/conflict': 'Ein anderes Gerät hat zuerst gespeichert. Die App übernimmt das und versucht es noch einmal.',
  'vault/over-quota':
    'In der Sicherung ist kein Platz mehr für weitere Einträge dieses Tagebuchs. Auf diesem Gerät ist alles sicher.',
  'vault/not-staged': 'Der Sicherung fehlt ein Teil, der noch gesendet werden muss. Die App sendet ihn noch einmal.',
  'store/absent': 'Das liegt nicht in der Sicherung. Was auf deinem Gerät ist, ist sicher.',
  'store/offset': 'Die Sicherung hat einen anderen Teil dieser Übertragung. Sie geht von dort von selbst weiter.',
  'store/complete': 'Das liegt schon ganz in der Sicherung.',
  'store/full':
    'Die Sicherung hat keinen Platz mehr. Deine Aufnahme ist auf diesem Gerät sicher und wird später übertragen.',
  'store/unavailable':
    'Die Sicherung kann gerade nichts speichern. Deine Aufnahme ist auf diesem Gerät sicher und wird später übertragen.',
  'ticket/refused': UPLOAD_AGAIN,
  'upload/version': 'App und Sicherung haben verschiedene Versionen. Aktualisiere die App; es geht nichts verloren.',
  'upload/header': UPLOAD_AGAIN,
  'upload/type': UPLOAD_AGAIN,
  'upload/length': UPLOAD_AGAIN,
  'upload/too-long': 'Das ist länger, als die Sicherung annimmt. Es ist auf diesem Gerät sicher.',
  'upload/over-quota':
    'Dein Platz in der Sicherung ist aufgebraucht. Was nicht gesichert ist, bleibt auf diesem Gerät; lösche es hier nicht, bevor wieder Platz ist.',
  'upload/exists': 'Das liegt schon ganz in der Sicherung.',
  'upload/busy': 'Diese Übertragung läuft an anderer Stelle. Es geht nichts verloren.',
  'upload/too-slow':
    'Die Verbindung ist gerade zu langsam. Was auf diesem Gerät ist, ist sicher, und die App versucht es später noch einmal.',
  'call/aborted': 'Abgebrochen. Es wurde nichts geändert.',
  'call/worker-died':
    'Ein Teil der App ist stehen geblieben, vielleicht aus Speichermangel. Was gespeichert war, ist sicher; entsperre neu, um weiterzumachen.',
  'call/unknown-method':
    'Teile zweier Versionen der App sind aufeinandergetroffen. Schließe alle Tabs und öffne die App neu; es geht nichts verloren.',
  'http/not-found': 'Hier ist nichts.',
  'http/method': 'Das geht hier nicht.',
  internal:
    'Etwas ist fehlgeschlagen, womit diese App nicht gerechnet hat. Was gespeichert war, ist sicher. Versuche es noch einmal oder lade die App neu.'
};
