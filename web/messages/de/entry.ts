/** Deutsch: Eintrag und Player. */
import type { Catalogue } from '../shape.ts';

const seconds = (s: number): string => (s === 1 ? '1 Sekunde' : `${s} Sekunden`);

export const entry: Catalogue['entry'] = {
  loading: 'Der Eintrag wird geöffnet …',
  back: 'Tagebuch',
  retry: 'Noch einmal versuchen',
  absent: 'Diesen Eintrag gibt es in deinem Tagebuch nicht',
  absentText: 'Vielleicht wurde er gelöscht. Dann liegt er noch 7 Tage im Papierkorb.',
  damaged: 'Dieser Eintrag wurde verändert oder beschädigt',
  damagedText:
    'Seine Beschreibung lässt sich nicht öffnen, darum kann er weder gezeigt noch abgespielt werden. Alle anderen Einträge sind nicht betroffen.',
  openTrash: 'Papierkorb öffnen',

  title: 'Titel',
  untitled: 'Titel hinzufügen',
  date: 'Datum',
  note: 'Notiz',
  notePlaceholder: 'Was du dir dazu merken möchtest',

  continueEntry: 'Diesen Eintrag fortsetzen',
  deleteEntry: 'Eintrag löschen',

  history: 'Verlauf der Änderungen',
  historyEmpty: 'Seit der Aufnahme wurde nichts geändert.',
  historyLoading: 'Der Verlauf wird geöffnet …',
  version: (n) => `Fassung ${n}`,
  currentVersion: (n) => `Fassung ${n}, jetzt gezeigt`,
  firstVersion: 'Wie aufgenommen',
  changed: (fields) => `Geändert: ${fields}`,
  fields: {
    title: 'Titel',
    note: 'Notiz',
    tags: 'Schlagwörter',
    mood: 'Stimmung',
    date: 'Datum',
    trims: 'Schnitt',
    clips: 'Clips'
  },
  emptyValue: 'leer',
  setAside: 'Beiseitegelegt',
  setAsideText: 'An zwei Stellen zugleich geändert: Gezeigt wird der neuere Wert, dieser wurde aufgehoben.',
  useThis: 'Diese verwenden',
  useVersion: (n) => `Diese verwenden: Fassung ${n}`,
  usedVersion: 'Die frühere Fassung ist zurück. Was sie ersetzt hat, bleibt im Verlauf.',

  damage: (s) => `Dieser Eintrag wurde verändert oder beschädigt; ${seconds(s)} davor lassen sich noch abspielen.`,
  damageAll: 'Dieser Eintrag wurde verändert oder beschädigt; von diesem Clip lässt sich nichts abspielen.',
  damageSafe: 'Deine anderen Einträge sind nicht betroffen.',
  missing:
    'Das Video dieses Eintrags ist nicht auf diesem Gerät. Seine Beschreibung ist sicher; das Video ist vielleicht noch auf einem anderen Gerät oder in einer Sicherung.',
  unplayable:
    'Dieser Browser kann dieses Video nicht abspielen. Es liegt sicher in deinem Tagebuch und läuft vielleicht in einem anderen Browser.',
  playerOff:
    'Zum Abspielen fehlt ein Teil der App, der noch nicht läuft. Dein Eintrag ist sicher; lade die Seite neu und prüfe, ob der Browser dieser Website das Speichern erlaubt.',
  reload: 'Neu laden',

  player: {
    region: 'Player',
    play: 'Abspielen',
    pause: 'Anhalten',
    replay: 'Noch einmal abspielen',
    back: '10 Sekunden zurück',
    forward: '10 Sekunden vor',
    frameBack: 'Ein Bild zurück',
    frameForward: 'Ein Bild vor',
    position: 'Position',
    positionOf: (at, length) => `${at} von ${length}`,
    speed: 'Geschwindigkeit',
    speedOf: (speed) => `${speed}×`,
    volume: 'Lautstärke',
    mute: 'Ton aus',
    unmute: 'Ton an',
    picture: 'Bild im Bild',
    fullscreen: 'Vollbild',
    leaveFullscreen: 'Vollbild verlassen',
    help: 'Tastenkürzel',
    showFull: 'Ungekürzt zeigen',
    showTrimmed: 'Gekürzt zeigen',
    waiting: 'Wird geöffnet …',
    clipOf: (n, count) => `Clip ${n} von ${count}`,
    duration: (h, min, s) =>
      [
        h > 0 ? (h === 1 ? '1 Stunde' : `${h} Stunden`) : '',
        min > 0 ? (min === 1 ? '1 Minute' : `${min} Minuten`) : '',
        seconds(s)
      ]
        .filter((part) => part !== '')
        .join(' ')
  },

  keys: {
    space: 'Leertaste',
    play: 'Abspielen oder anhalten',
    skip: '10 Sekunden zurück oder vor',
    arrows: '5 Sekunden zurück oder vor',
    frame: 'Ein Bild zurück oder vor',
    speed: 'Langsamer oder schneller',
    volume: 'Lauter oder leiser (im Player)',
    mute: 'Ton an oder aus',
    fullscreen: 'Vollbild',
    picture: 'Bild im Bild',
    tenths: 'Zu einem Zehntel des Eintrags springen',
    ends: 'An den Anfang oder das Ende (im Player)',
    help: 'Diese Übersicht'
  }
};
