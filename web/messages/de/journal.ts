/** German: journal, trash, unfinished recordings. */
import type { Catalogue } from '../shape.ts';

const entries = (count: number): string => (count === 1 ? '1 Eintrag' : `${count.toLocaleString('de')} Einträge`);
const PARTS = { night: 'nacht', morning: 'morgen', afternoon: 'nachmittag', evening: 'abend' } as const;

export const journal: Catalogue['journal'] = {
  heading: 'Tagebuch',
  entries: 'Einträge',
  count: entries,
  month: 'Monat',
  monthOption: (month, count) => `${month} (${count})`,
  loading: 'Deine Einträge werden geöffnet …',
  retry: 'Noch einmal versuchen',

  empty: {
    title: 'Noch nichts da, und das ist ein guter Anfang',
    text: 'Nimm eine Minute über heute auf. Sie wird auf diesem Gerät versiegelt, während du sprichst: Niemand sonst kann sie ansehen.',
    action: 'Nimm deinen ersten Eintrag auf',
    steps: [
      'Drücke auf Aufnehmen und erzähle, so lang oder kurz du magst.',
      'Jede Sekunde wird gespeichert; eine Unterbrechung kostet dich nichts.',
      'Stimmung, Schlagwörter oder eine Notiz kommen später dazu, oder gar nicht.'
    ]
  },

  unknownDate: 'Datum unbekannt',
  untitled: (weekday, part, date) => `${weekday}${PARTS[part]}, ${date}`,
  duration: (hours, minutes, seconds) =>
    [
      hours > 0 ? (hours === 1 ? '1 Stunde' : `${hours} Stunden`) : '',
      minutes > 0 ? (minutes === 1 ? '1 Minute' : `${minutes} Minuten`) : '',
      seconds > 0 || hours + minutes === 0 ? (seconds === 1 ? '1 Sekunde' : `${seconds} Sekunden`) : ''
    ]
      .filter((part) => part !== '')
      .join(' '),
  length: (spoken) => `Länge: ${spoken}`,
  mood: { awful: 'Furchtbar', low: 'Gedrückt', okay: 'Geht so', good: 'Gut', great: 'Großartig' },
  moodLabel: (mood) => `Stimmung: ${mood}`,
  tags: (tags) => `Schlagwörter: ${tags}`,
  backup: {
    elsewhere: 'Nicht auf diesem Gerät',
    local: 'Nur auf diesem Gerät',
    'backed-up': 'Gesichert',
    verified: 'Sicherung geprüft'
  },
  interrupted: 'Unterbrochen',
  recordedWhileLocked: 'Im gesperrten Zustand aufgenommen',
  damaged: 'Beschädigter Eintrag',
  damagedText:
    'Dieser Eintrag wurde verändert oder beschädigt und kann nicht gezeigt werden. Alle anderen sind nicht betroffen.',

  unfinished: {
    heading: 'Unvollendete Aufnahmen',
    title: (length) => `Unvollendeter Eintrag, ${length} gespeichert`,
    recorded: (date) => `Aufgenommen ${date}.`,
    interrupted: 'Die App wurde während der Aufnahme geschlossen. Alles bis zu diesem Moment ist sicher.',
    damagedTitle: 'Unvollendeter Eintrag, beschädigt',
    damaged:
      'Die App wurde während der Aufnahme geschlossen, und was gespeichert war, lässt sich nicht mehr lesen. Es bleibt auf diesem Gerät, bis du es verwirfst; deine anderen Einträge sind nicht betroffen.',
    damagedDiscardText:
      'Was davon übrig ist, wird endgültig von diesem Gerät entfernt. Deine anderen Einträge bleiben, wie sie sind.',
    continues: 'Die Aufnahme gehört zu einem vorhandenen Eintrag und wird ihm hinzugefügt.',
    keep: 'Behalten',
    discard: 'Verwerfen',
    keeping: 'Wird abspielbar gemacht …',
    kept: 'Behalten. Die Aufnahme ist jetzt in deinem Tagebuch.',
    discarded: 'Die unvollendete Aufnahme wurde verworfen.',
    cutImports:
      'Ein Import wurde abgeschnitten, als die App geschlossen oder gesperrt wurde, und nichts davon wurde behalten. Füge das Video noch einmal hinzu, und was dahinter wartete; was andere Apps geteilt haben, kommt von selbst.',
    discardConfirm: 'Endgültig verwerfen',
    discardTitle: 'Diese Aufnahme verwerfen?',
    discardText: (length) =>
      `${length} Video werden endgültig von diesem Gerät entfernt. Deine anderen Einträge bleiben, wie sie sind.`
  },

  remove: {
    done: 'In den Papierkorb gelegt',
    undo: 'Rückgängig',
    restored: 'Der Eintrag ist wieder in deinem Tagebuch'
  },

  trash: {
    link: 'Papierkorb',
    heading: 'Papierkorb',
    list: 'Papierkorb',
    intro:
      'Gelöschte Einträge warten hier 7 Tage. Danach werden ihre Schlüssel vernichtet, und niemand kann sie je wieder öffnen.',
    empty: 'Der Papierkorb ist leer',
    emptyText: 'Wenn du einen Eintrag löschst, kannst du ihn 7 Tage lang von hier zurückholen.',
    deleted: (date) => `Gelöscht ${date}`,
    daysLeft: (days) => (days === 1 ? 'noch 1 Tag' : `noch ${days} Tage`),
    hoursLeft: (hours) => (hours === 1 ? 'noch 1 Stunde' : `noch ${hours} Stunden`),
    dueNow: 'Verschwindet beim nächsten Entsperren',
    goes: (date) => `Endgültig weg ab ${date}`,
    restore: 'Wiederherstellen',
    destroy: 'Endgültig löschen',
    destroyTitle: 'Diesen Eintrag endgültig löschen?',
    destroyText: (title) =>
      `„${title}“ wird mit Video, Notiz und Schlagwörtern entfernt, der Schlüssel wird vernichtet. Nichts bringt den Eintrag zurück.`,
    destroyed: 'Der Eintrag ist endgültig weg',
    restored: (title) => `„${title}“ ist wieder in deinem Tagebuch`,
    emptyAll: 'Papierkorb leeren',
    emptyTitle: (count) => `${entries(count)} endgültig löschen?`,
    emptyConfirm: 'Ihre Schlüssel werden mit vernichtet. Nichts bringt sie zurück.',
    emptyWord: 'löschen',
    emptyType: (word) => `Zum Bestätigen „${word}“ eintippen`,
    emptied: (count) => `${entries(count)} endgültig gelöscht`,
    progress: (done, total) => `${done} von ${total}`,
    stop: 'Anhalten',
    stopped: (done, total) => `Angehalten: ${done} von ${total} sind weg, die anderen sind noch da.`
  },
  unwritten: (reason) =>
    `Was du zuletzt getippt hast, ist noch nicht gespeichert. Öffne den Eintrag noch einmal, um es zu speichern; bis dahin wird es hier aufgehoben, aber nur, bis das Tagebuch gesperrt wird. ${reason}`,
  persistence: {
    granted: 'Dieser Browser behält dein Tagebuch, bis du es selbst löschst.',
    denied:
      'Dein Eintrag ist gespeichert. Wenn der Platz knapp wird, könnte der Browser ihn trotzdem entfernen; mit installierter App ist das viel unwahrscheinlicher.'
  }
};
