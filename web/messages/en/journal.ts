/** English: journal, trash, unfinished recordings. */
const entries = (count: number): string => (count === 1 ? '1 entry' : `${count.toLocaleString('en')} entries`);

export const journal = {
  heading: 'Journal',
  entries: 'Entries',
  count: entries,
  month: 'Month',
  monthOption: (month: string, count: number): string => `${month} (${count})`,
  loading: 'Opening your entries …',
  retry: 'Try again',

  empty: {
    title: 'Nothing here yet, and that is a fine start',
    text: 'Record a minute about today. It is sealed on this device while you speak: nobody else can watch it.',
    action: 'Record your first entry',
    steps: [
      'Press Record and talk, as long or as short as you like.',
      'It is saved every second, so nothing is lost when you are interrupted.',
      'Add a mood, tags or a note later, or never.'
    ]
  },

  unknownDate: 'Date unknown',
  /** An untitled entry's name. `part` of the day by the clock where it was recorded. */
  untitled: (weekday: string, part: 'night' | 'morning' | 'afternoon' | 'evening', date: string): string =>
    `${weekday} ${part}, ${date}`,
  duration: (hours: number, minutes: number, seconds: number): string =>
    [
      hours > 0 ? (hours === 1 ? '1 hour' : `${hours} hours`) : '',
      minutes > 0 ? (minutes === 1 ? '1 minute' : `${minutes} minutes`) : '',
      seconds > 0 || hours + minutes === 0 ? (seconds === 1 ? '1 second' : `${seconds} seconds`) : ''
    ]
      .filter((part) => part !== '')
      .join(' '),
  length: (spoken: string): string => `Length: ${spoken}`,
  mood: { awful: 'Awful', low: 'Low', okay: 'Okay', good: 'Good', great: 'Great' },
  moodLabel: (mood: string): string => `Mood: ${mood}`,
  tags: (tags: string): string => `Tags: ${tags}`,
  backup: {
    local: 'Only on this device',
    elsewhere: 'Not on this device',
    'backed-up': 'Backed up',
    verified: 'Verified'
  },
  interrupted: 'Interrupted',
  recordedWhileLocked: 'Recorded while locked',
  damaged: 'Damaged entry',
  damagedText: 'This entry was altered or damaged and cannot be shown. All other entries are not affected.',

  unfinished: {
    heading: 'Unfinished recordings',
    title: (length: string): string => `Unfinished entry, ${length} saved`,
    recorded: (date: string): string => `Recorded ${date}.`,
    interrupted: 'The app was closed while it was recording. Everything up to that moment is safe.',
    damagedTitle: 'Unfinished entry, damaged',
    damaged:
      'The app was closed while it was recording, and what was saved cannot be read any more. It stays on this device until you discard it; your other entries are not affected.',
    damagedDiscardText: 'What is left of it is removed from this device for good. Your other entries stay as they are.',
    continues: 'It belongs to an entry you already have and is added to it.',
    keep: 'Keep',
    discard: 'Discard',
    keeping: 'Making it playable …',
    kept: 'Kept. It is in your journal now.',
    discarded: 'The unfinished recording was discarded.',
    cutImports:
      'An import was cut off when the app closed or was locked, and nothing of it was kept. Add the video again, and any that waited behind it; what other apps shared is taken in by itself.',
    discardConfirm: 'Discard for good',
    discardTitle: 'Discard this recording?',
    discardText: (length: string): string =>
      `${length} of video are removed from this device for good. Your other entries stay as they are.`
  },

  remove: {
    done: 'Moved to the trash',
    undo: 'Undo',
    restored: 'The entry is back in your journal'
  },

  trash: {
    link: 'Trash',
    heading: 'Trash',
    list: 'Trash',
    intro:
      'Deleted entries wait here for 7 days. After that their keys are destroyed, and nobody can ever open them again.',
    empty: 'The trash is empty',
    emptyText: 'When you delete an entry, you can bring it back from here for 7 days.',
    deleted: (date: string): string => `Deleted ${date}`,
    daysLeft: (days: number): string => (days === 1 ? '1 day left' : `${days} days left`),
    hoursLeft: (hours: number): string => (hours === 1 ? '1 hour left' : `${hours} hours left`),
    dueNow: 'Goes at the next unlock',
    goes: (date: string): string => `Gone for good from ${date}`,
    restore: 'Restore',
    destroy: 'Delete forever',
    destroyTitle: 'Delete this entry forever?',
    destroyText: (title: string): string =>
      `“${title}” with its video, note and tags is removed, and its key is destroyed. Nothing can bring it back.`,
    destroyed: 'The entry is gone for good',
    restored: (title: string): string => `“${title}” is back in your journal`,
    emptyAll: 'Empty trash',
    emptyTitle: (count: number): string => `Delete ${entries(count)} forever?`,
    emptyConfirm: 'Their keys are destroyed with them. Nothing can bring them back.',
    emptyWord: 'delete',
    emptyType: (word: string): string => `Type “${word}” to confirm`,
    emptied: (count: number): string => `${entries(count)} gone for good`,
    progress: (done: number, total: number): string => `${done} of ${total}`,
    stop: 'Stop',
    stopped: (done: number, total: number): string =>
      `Stopped: ${done} of ${total} are gone, the others are still here.`
  },
  unwritten: (reason: string): string =>
    `What you typed last is not saved yet. Open that entry again to save it; until then it is kept here, but only until the journal is locked. ${reason}`,
  persistence: {
    granted: 'This browser keeps your journal until you delete it yourself.',
    denied:
      'Your entry is saved. This browser may still clear it when space runs out; installing the app makes that much less likely.'
  }
};
