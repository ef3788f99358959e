/** English: entry and player. */
const seconds = (s: number): string => (s === 1 ? '1 second' : `${s} seconds`);

export const entry = {
  loading: 'Opening the entry …',
  back: 'Journal',
  retry: 'Try again',
  absent: 'This entry is not in your journal',
  absentText: 'It may have been deleted. If so, it waits in the trash for 7 days.',
  damaged: 'This entry was altered or damaged',
  damagedText: 'Its description cannot be opened, so it cannot be shown or played. All other entries are not affected.',
  openTrash: 'Open the trash',

  title: 'Title',
  untitled: 'Add a title',
  date: 'Date',
  note: 'Note',
  notePlaceholder: 'Anything you want to remember about this',

  continueEntry: 'Continue this entry',
  deleteEntry: 'Delete entry',

  history: 'History of edits',
  historyEmpty: 'Nothing has been changed since it was recorded.',
  historyLoading: 'Opening the history …',
  version: (n: number): string => `Version ${n}`,
  currentVersion: (n: number): string => `Version ${n}, shown now`,
  firstVersion: 'As recorded',
  changed: (fields: string): string => `Changed: ${fields}`,
  fields: { title: 'title', note: 'note', tags: 'tags', mood: 'mood', date: 'date', trims: 'trim', clips: 'clips' },
  emptyValue: 'empty',
  setAside: 'Set aside',
  setAsideText: 'Changed in two places at once: the newer value is shown, this one was kept.',
  useThis: 'Use this',
  useVersion: (n: number): string => `Use this: version ${n}`,
  usedVersion: 'The earlier version is back. What it replaced stays in the history.',

  damage: (s: number): string => `This entry was altered or damaged; ${seconds(s)} before it still play.`,
  damageAll: 'This entry was altered or damaged; nothing of this clip can be played.',
  damageSafe: 'Your other entries are not affected.',
  missing:
    'The video of this entry is not on this device. Its description is safe; the video may still be on another device or in a backup.',
  unplayable: 'This browser cannot play this video. It is safe in your journal and may play in another browser.',
  playerOff:
    'Playing needs a part of the app that is not running yet. Your entry is safe; reload the page, and check that the browser allows this site to store data.',
  reload: 'Reload',

  player: {
    region: 'Player',
    play: 'Play',
    pause: 'Pause',
    replay: 'Play again',
    back: 'Back 10 seconds',
    forward: 'Forward 10 seconds',
    frameBack: 'One frame back',
    frameForward: 'One frame forward',
    position: 'Position',
    positionOf: (at: string, length: string): string => `${at} of ${length}`,
    speed: 'Speed',
    speedOf: (speed: string): string => `${speed}×`,
    volume: 'Volume',
    mute: 'Mute',
    unmute: 'Unmute',
    picture: 'Picture in picture',
    fullscreen: 'Full screen',
    leaveFullscreen: 'Leave full screen',
    help: 'Keyboard shortcuts',
    showFull: 'Show in full',
    showTrimmed: 'Show as trimmed',
    waiting: 'Opening …',
    clipOf: (n: number, count: number): string => `Clip ${n} of ${count}`,
    duration: (h: number, min: number, s: number): string =>
      [
        h > 0 ? (h === 1 ? '1 hour' : `${h} hours`) : '',
        min > 0 ? (min === 1 ? '1 minute' : `${min} minutes`) : '',
        seconds(s)
      ]
        .filter((part) => part !== '')
        .join(' ')
  },

  keys: {
    space: 'Space',
    play: 'Play or pause',
    skip: 'Back or forward 10 seconds',
    arrows: 'Back or forward 5 seconds',
    frame: 'One frame back or forward',
    speed: 'Slower or faster',
    volume: 'Louder or quieter (in the player)',
    mute: 'Sound on or off',
    fullscreen: 'Full screen',
    picture: 'Picture in picture',
    tenths: 'Jump to a tenth of the entry',
    ends: 'To the beginning or the end (in the player)',
    help: 'This list'
  }
};
