/** English: recording, importing, review. */
const two = (value: number): string => String(value).padStart(2, '0');

export const record = {
  heading: 'Record',
  viewfinder: 'Viewfinder',
  status: 'Recording',
  start: 'Start recording',
  pause: 'Pause',
  resume: 'Resume',
  stop: 'Stop',
  cancelCountdown: 'Cancel',
  switchCamera: 'Switch camera',
  switching: 'Switching the camera …',
  importVideo: 'Import a video',
  options: 'Recording options',
  keys: 'Space starts and pauses, R stops, C switches the camera, N shows the next prompt.',

  /** Recorded time as a clock. */
  clock: (seconds: number): string => {
    const hours = Math.floor(seconds / 3600);
    const rest = `${two(Math.floor((seconds % 3600) / 60))}:${two(seconds % 60)}`;
    return hours > 0 ? `${hours}:${rest}` : rest;
  },
  savedAgo: (seconds: number): string => (seconds < 1 ? 'Saved to now' : `Saved to ${seconds} s ago`),
  firstBytes: 'Starting …',
  notSaving: 'Not saving right now',
  notSavingMore: 'The device is slow: nothing newer has been saved for a moment. What was saved before is safe.',
  nothingSaved: 'Nothing of this clip has been saved on the device yet.',
  paused: 'Paused',
  saving: 'Saving the last second …',
  ready: 'Ready',
  isInterrupted: 'Interrupted',
  addsTo: (title: string): string => `This is added to “${title}”.`,
  addsToUntitled: 'This is added to an entry that is already there.',
  opening: 'Opening the camera …',
  countdown: (seconds: number): string => `Starts in ${seconds}`,
  minutesLeft: (minutes: number): string =>
    minutes >= 600 ? 'Plenty of space' : minutes >= 1 ? `${Math.floor(minutes)} min left` : 'Less than 1 min left',
  spaceLow: (minutes: number): string =>
    `Space for about ${Math.max(1, Math.floor(minutes))} min is left on this device. It stops by itself before nothing fits, and keeps everything.`,
  spaceTight: 'This device is nearly full. Free some space soon; what is recorded stays safe.',
  endedForSpace: 'Stopped because the device is nearly full. Everything you recorded is saved.',
  level: 'Microphone level',
  tooQuiet: 'Too quiet. Come closer, or check the microphone.',
  clipping: 'Too loud. Move back a little.',

  quality: 'Quality',
  qualityNames: { '480p': 'Small (480p)', '720p': 'Good (720p)', '1080p': 'Sharp (1080p)' },
  perMinute: (megabytes: number): string => `about ${megabytes} MB a minute`,
  countdownLabel: 'Countdown',
  countdownOptions: { '0': 'Off', '3': '3 s', '10': '10 s' },
  camera: 'Camera',
  microphone: 'Microphone',
  device: (number: number): string => `Device ${number}`,
  showPrompts: 'Show prompts',
  nextPrompt: 'Next prompt',
  hidePrompt: 'Hide prompts',
  prompts: [
    'What happened today that you want to keep?',
    'What made you smile?',
    'What is on your mind right now?',
    'Who did you think of today?',
    'What was harder than it looked?',
    'What are you looking forward to?',
    'What would you tell yourself a year ago?',
    'What did you learn this week?',
    'What are you grateful for?',
    'What can wait until tomorrow?',
    'How does your body feel?',
    'What did you see on your way today?',
    'Which small thing went well?',
    'What would you like to remember in ten years?',
    'What did somebody say that stayed with you?',
    'What do you need more of?'
  ],

  announce: {
    starting: 'Recording.',
    recording: 'Recording. Everything is saved as you speak.',
    paused: 'Paused. Everything so far is saved.',
    pausedSaving: 'Paused. The last moments are still being saved.',
    pausedEmpty: 'Paused.',
    stopping: 'Stopping.',
    saved: 'Saved.',
    interrupted: (rest: string): string => `Interrupted. ${rest}`,
    notSaving: (rest: string): string => `Attention. ${rest}`
  },

  problem: {
    heading: 'The camera is not available',
    notStarted: 'Recording did not start',
    retry: 'Try again',
    elsewhere: 'Another tab of this browser is recording. Stop there first; nothing is lost.',
    fix: {
      chromium: 'Click the icon at the left of the address, set Camera and Microphone to “Allow”, then try again.',
      firefox: 'Click the crossed-out camera beside the address, remove the block, then try again.',
      safari: 'Open Safari → Settings → Websites, set Camera and Microphone to “Allow” for this site, then try again.',
      ios: 'Open Settings → Apps → Safari → Camera and Microphone, choose “Ask” or “Allow”, come back and try again.',
      android: 'Tap the icon at the left of the address, then Permissions; allow camera and microphone and try again.'
    }
  },

  interrupted: {
    heading: (clock: string): string => `Interrupted at ${clock}`,
    reasons: {
      'track-ended': 'The camera or microphone went away.',
      muted: 'The camera or microphone fell silent; a phone call does that.',
      permission: 'The permission for camera or microphone was taken back.',
      recorder: 'The recorder of the browser stopped.',
      frozen: 'The browser put this page to sleep.',
      space: 'There is no space left on this device.',
      storage: 'The device refused to store more.',
      'too-slow':
        'This device is too slow to save at this quality. Choose a lower quality in the settings, or close other apps.',
      worker: 'A part of the app stopped unexpectedly.'
    },
    closing: 'Saving everything up to there …',
    kept: 'Everything up to there is saved. You can go on in the same entry.',
    sealed: 'Everything up to there is saved and sealed. It appears after unlocking.',
    unfinished: 'Everything up to there is on this device. Your journal offers to keep it as “Unfinished entry”.',
    empty: 'Nothing had been recorded yet.',
    continue: 'Continue',
    finish: 'Finish here'
  },

  locked: {
    text: 'The journal is locked. This recording goes on; it is saved and sealed, and appears after unlocking.',
    done: 'Recorded and sealed. It appears in your journal after unlocking.'
  },

  leave: {
    title: 'Stop recording and leave?',
    text: 'Everything recorded so far is kept as an entry.',
    confirm: 'Stop and leave'
  },

  import: {
    heading: 'Imported videos',
    drop: 'Drop videos here to import them',
    explain: 'Place, device and dates are removed from the video. The recording date is kept inside the sealed entry.',
    waiting: 'Waiting',
    reading: 'Reading the file …',
    progress: (name: string): string => `Importing ${name}`,
    saved: (name: string): string => `${name} is in your journal.`,
    failed: (name: string): string => `${name} was not imported.`,
    sharedStays: 'What was shared stays on this device, sealed, until you take it off this list.',
    open: 'Open',
    remove: (name: string): string => `Take ${name} off this list`,
    cancel: 'Cancel'
  },

  review: {
    heading: 'Saved',
    lead: 'Your entry is sealed on this device. Everything below can wait, or stay empty.',
    poster: 'Picture',
    posterChoice: (number: number, count: number): string => `Frame ${number} of ${count}`,
    postersLoading: 'Looking for good frames …',
    mood: 'Mood',
    clearMood: 'No mood',
    tags: 'Tags',
    addTag: 'Add tag',
    addTagHint: 'Enter or a comma adds it.',
    removeTag: (tag: string): string => `Remove tag ${tag}`,
    suggestions: 'Used before',
    title: 'Title',
    titlePlaceholder: 'A few words, or nothing',
    note: 'Note',
    clip: 'Clip',
    clipChoice: (number: number): string => `Clip ${number}`,
    trim: 'Trim',
    trimHint: 'Only this part is played. The rest stays and can be brought back.',
    trimStart: 'Start of the played part',
    trimEnd: 'End of the played part',
    trimRange: (from: string, to: string, length: string): string => `${from} to ${to}, ${length} long`,
    trimReset: 'Play everything',
    redo: 'Redo',
    redoTitle: 'Record this again?',
    redoText: 'This take moves to the trash and stays there for 7 days. Then you record a new one.',
    done: 'Done',
    saved: 'All changes saved',
    saving: 'Saving …',
    failed: 'Not saved yet',
    retry: 'Save again'
  }
};
