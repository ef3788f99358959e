/** German: recording, importing, review. */
import type { Catalogue } from '../shape.ts';

const two = (value: number): string => String(value).padStart(2, '0');

export const record: Catalogue['record'] = {
  heading: 'Aufnehmen',
  viewfinder: 'Sucher',
  status: 'Aufnahme',
  start: 'Aufnahme starten',
  pause: 'Pause',
  resume: 'Fortsetzen',
  stop: 'Beenden',
  cancelCountdown: 'Abbrechen',
  switchCamera: 'Kamera wechseln',
  switching: 'Die Kamera wird gewechselt …',
  importVideo: 'Video importieren',
  options: 'Aufnahme-Einstellungen',
  keys: 'Leertaste startet und pausiert, R beendet, C wechselt die Kamera, N zeigt die nächste Frage.',

  clock: (seconds) => {
    const hours = Math.floor(seconds / 3600);
    const rest = `${two(Math.floor((seconds % 3600) / 60))}:${two(seconds % 60)}`;
    return hours > 0 ? `${hours}:${rest}` : rest;
  },
  savedAgo: (seconds) => (seconds < 1 ? 'Bis jetzt gespeichert' : `Bis vor ${seconds} s gespeichert`),
  firstBytes: 'Beginnt …',
  notSaving: 'Gerade wird nicht gespeichert',
  notSavingMore:
    'Das Gerät ist langsam: Seit einem Moment wurde nichts Neueres gespeichert. Was vorher gespeichert wurde, ist sicher.',
  nothingSaved: 'Von diesem Clip ist noch nichts auf dem Gerät gespeichert.',
  paused: 'Pausiert',
  saving: 'Die letzte Sekunde wird gespeichert …',
  ready: 'Bereit',
  isInterrupted: 'Unterbrochen',
  addsTo: (title) => `Das kommt zu „${title}“ dazu.`,
  addsToUntitled: 'Das kommt zu einem Eintrag dazu, den es schon gibt.',
  opening: 'Die Kamera wird geöffnet …',
  countdown: (seconds) => `Beginnt in ${seconds}`,
  minutesLeft: (minutes) =>
    minutes >= 600 ? 'Reichlich Platz' : minutes >= 1 ? `Noch ${Math.floor(minutes)} min` : 'Weniger als 1 min übrig',
  spaceLow: (minutes) =>
    `Auf diesem Gerät ist noch Platz für etwa ${Math.max(1, Math.floor(minutes))} min. Die Aufnahme endet von selbst, bevor nichts mehr passt, und alles bleibt erhalten.`,
  spaceTight: 'Dieses Gerät ist fast voll. Schaffe bald Platz; was aufgenommen ist, bleibt sicher.',
  endedForSpace: 'Beendet, weil das Gerät fast voll ist. Alles Aufgenommene ist gespeichert.',
  level: 'Mikrofonpegel',
  tooQuiet: 'Zu leise. Komm näher oder prüfe das Mikrofon.',
  clipping: 'Zu laut. Geh ein wenig zurück.',

  quality: 'Qualität',
  qualityNames: { '480p': 'Klein (480p)', '720p': 'Gut (720p)', '1080p': 'Scharf (1080p)' },
  perMinute: (megabytes) => `etwa ${megabytes} MB pro Minute`,
  countdownLabel: 'Countdown',
  countdownOptions: { '0': 'Aus', '3': '3 s', '10': '10 s' },
  camera: 'Kamera',
  microphone: 'Mikrofon',
  device: (number) => `Gerät ${number}`,
  showPrompts: 'Fragen zeigen',
  nextPrompt: 'Nächste Frage',
  hidePrompt: 'Fragen ausblenden',
  prompts: [
    'Was von heute möchtest du behalten?',
    'Worüber hast du gelächelt?',
    'Was geht dir gerade durch den Kopf?',
    'An wen hast du heute gedacht?',
    'Was war schwerer, als es aussah?',
    'Worauf freust du dich?',
    'Was würdest du dir vor einem Jahr sagen?',
    'Was hast du diese Woche gelernt?',
    'Wofür bist du dankbar?',
    'Was kann bis morgen warten?',
    'Wie fühlt sich dein Körper an?',
    'Was hast du heute unterwegs gesehen?',
    'Welche Kleinigkeit ist gelungen?',
    'Woran möchtest du dich in zehn Jahren erinnern?',
    'Welcher Satz von jemandem ist dir geblieben?',
    'Wovon brauchst du mehr?'
  ],

  announce: {
    starting: 'Aufnahme läuft.',
    recording: 'Aufnahme läuft. Alles wird gespeichert, während du sprichst.',
    paused: 'Pausiert. Alles bis hierher ist gespeichert.',
    pausedSaving: 'Pausiert. Die letzten Augenblicke werden noch gespeichert.',
    pausedEmpty: 'Pausiert.',
    stopping: 'Wird beendet.',
    saved: 'Gespeichert.',
    interrupted: (rest) => `Unterbrochen. ${rest}`,
    notSaving: (rest) => `Achtung. ${rest}`
  },

  problem: {
    heading: 'Die Kamera ist nicht verfügbar',
    notStarted: 'Die Aufnahme hat nicht begonnen',
    retry: 'Noch einmal versuchen',
    elsewhere: 'Ein anderer Tab dieses Browsers nimmt gerade auf. Beende die Aufnahme dort; es geht nichts verloren.',
    fix: {
      chromium:
        'Klicke auf das Symbol links neben der Adresse, stelle Kamera und Mikrofon auf „Zulassen“ und versuche es noch einmal.',
      firefox:
        'Klicke auf die durchgestrichene Kamera neben der Adresse, entferne die Sperre und versuche es noch einmal.',
      safari:
        'Öffne Safari → Einstellungen → Websites, stelle Kamera und Mikrofon für diese Seite auf „Erlauben“ und versuche es noch einmal.',
      ios: 'Öffne Einstellungen → Apps → Safari → Kamera und Mikrofon, wähle „Fragen“ oder „Erlauben“, komm zurück und versuche es noch einmal.',
      android:
        'Tippe auf das Symbol links neben der Adresse, dann auf Berechtigungen; erlaube Kamera und Mikrofon und versuche es noch einmal.'
    }
  },

  interrupted: {
    heading: (clock) => `Unterbrochen bei ${clock}`,
    reasons: {
      'track-ended': 'Kamera oder Mikrofon waren plötzlich weg.',
      muted: 'Kamera oder Mikrofon sind verstummt; das passiert bei einem Anruf.',
      permission: 'Die Erlaubnis für Kamera oder Mikrofon wurde zurückgenommen.',
      recorder: 'Der Recorder des Browsers ist stehen geblieben.',
      frozen: 'Der Browser hat diese Seite schlafen gelegt.',
      space: 'Auf diesem Gerät ist kein Platz mehr.',
      storage: 'Das Gerät wollte nichts mehr speichern.',
      'too-slow':
        'Dieses Gerät speichert zu langsam für diese Qualität. Wähle in den Einstellungen eine niedrigere oder schließe andere Apps.',
      worker: 'Ein Teil der App ist unerwartet stehen geblieben.'
    },
    closing: 'Alles bis dorthin wird gespeichert …',
    kept: 'Alles bis dorthin ist gespeichert. Du kannst im selben Eintrag weitermachen.',
    sealed: 'Alles bis dorthin ist gespeichert und versiegelt. Es erscheint nach dem Entsperren.',
    unfinished: 'Alles bis dorthin ist auf diesem Gerät. Dein Tagebuch bietet es als „Unfertiger Eintrag“ an.',
    empty: 'Es war noch nichts aufgenommen.',
    continue: 'Weiter',
    finish: 'Hier beenden'
  },

  locked: {
    text: 'Das Tagebuch ist gesperrt. Diese Aufnahme läuft weiter; sie ist gespeichert und versiegelt und erscheint nach dem Entsperren.',
    done: 'Aufgenommen und versiegelt. Der Eintrag erscheint nach dem Entsperren in deinem Tagebuch.'
  },

  leave: {
    title: 'Aufnahme beenden und weitergehen?',
    text: 'Alles bisher Aufgenommene bleibt als Eintrag erhalten.',
    confirm: 'Beenden und weitergehen'
  },

  import: {
    heading: 'Importierte Videos',
    drop: 'Videos hier ablegen, um sie zu importieren',
    explain:
      'Ort, Gerät und Datum werden aus dem Video entfernt. Das Aufnahmedatum bleibt im versiegelten Eintrag erhalten.',
    waiting: 'Wartet',
    reading: 'Die Datei wird gelesen …',
    progress: (name) => `${name} wird importiert`,
    saved: (name) => `${name} ist in deinem Tagebuch.`,
    failed: (name) => `${name} wurde nicht importiert.`,
    sharedStays: 'Was geteilt wurde, bleibt versiegelt auf diesem Gerät, bis du es von dieser Liste nimmst.',
    open: 'Öffnen',
    remove: (name) => `${name} von dieser Liste nehmen`,
    cancel: 'Abbrechen'
  },

  review: {
    heading: 'Gespeichert',
    lead: 'Dein Eintrag ist auf diesem Gerät versiegelt. Alles Weitere kann warten oder leer bleiben.',
    poster: 'Bild',
    posterChoice: (number, count) => `Bild ${number} von ${count}`,
    postersLoading: 'Gute Bilder werden gesucht …',
    mood: 'Stimmung',
    clearMood: 'Keine Stimmung',
    tags: 'Schlagwörter',
    addTag: 'Schlagwort hinzufügen',
    addTagHint: 'Eingabetaste oder Komma fügt es hinzu.',
    removeTag: (tag) => `Schlagwort ${tag} entfernen`,
    suggestions: 'Schon benutzt',
    title: 'Titel',
    titlePlaceholder: 'Ein paar Worte, oder nichts',
    note: 'Notiz',
    clip: 'Clip',
    clipChoice: (number) => `Clip ${number}`,
    trim: 'Zuschneiden',
    trimHint: 'Nur dieser Teil wird abgespielt. Der Rest bleibt und lässt sich zurückholen.',
    trimStart: 'Anfang des abgespielten Teils',
    trimEnd: 'Ende des abgespielten Teils',
    trimRange: (from, to, length) => `${from} bis ${to}, Länge ${length}`,
    trimReset: 'Alles abspielen',
    redo: 'Noch einmal',
    redoTitle: 'Noch einmal aufnehmen?',
    redoText: 'Diese Aufnahme kommt in den Papierkorb und bleibt dort 7 Tage. Dann nimmst du eine neue auf.',
    done: 'Fertig',
    saved: 'Alle Änderungen gespeichert',
    saving: 'Wird gespeichert …',
    failed: 'Noch nicht gespeichert',
    retry: 'Noch einmal speichern'
  }
};
