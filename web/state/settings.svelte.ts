/** Choices of this device that are not secret. They live in localStorage, in the open: nothing of the journal's content may join them. */
import { megabytesPerMinute, type Quality } from '#web/journal/recording-quality.ts';
import { LANGUAGES, type Language } from '#web/messages/catalogue.svelte.ts';

const KEY = 'svj.settings';

export const THEMES = ['system', 'light', 'dark'] as const;
export type Theme = (typeof THEMES)[number];
export const QUALITIES = ['480p', '720p', '1080p'] as const satisfies readonly Quality[];
/** Seconds before a recording starts. */
export const COUNTDOWNS = [0, 3, 10] as const;
export type Countdown = (typeof COUNTDOWNS)[number];
export const FACINGS = ['user', 'environment'] as const;
export type Facing = (typeof FACINGS)[number];
export { megabytesPerMinute, type Quality };

export interface DeviceSettings {
  readonly theme: Theme;
  readonly language: Language;
  readonly quality: Quality;
  readonly countdown: Countdown;
  readonly facing: Facing;
}

class Settings {
  #current = $state.raw<DeviceSettings>(read());

  get theme(): Theme {
    return this.#current.theme;
  }

  get language(): Language {
    return this.#current.language;
  }

  get quality(): Quality {
    return this.#current.quality;
  }

  get countdown(): Countdown {
    return this.#current.countdown;
  }

  get facing(): Facing {
    return this.#current.facing;
  }

  set(changes: Partial<DeviceSettings>): void {
    this.#current = { ...this.#current, ...changes };
    try {
      localStorage.setItem(KEY, JSON.stringify(this.#current));
    } catch {
      // Private windows may refuse: the choice then lasts as long as the page.
    }
  }
}

/** What is stored may be old, edited or foreign: each value is taken only if it is one of ours. */
export function parseSettings(json: string | null, preferred: readonly string[]): DeviceSettings {
  let stored: Record<string, unknown> = {};
  try {
    const value: unknown = JSON.parse(json ?? '{}');
    if (typeof value === 'object' && value !== null) stored = value as Record<string, unknown>;
  } catch {
    // Not JSON: start from the defaults.
  }
  return {
    theme: oneOf(THEMES, stored['theme'], 'system'),
    language: oneOf(LANGUAGES, stored['language'], preferredLanguage(preferred)),
    quality: oneOf(QUALITIES, stored['quality'], '720p'),
    countdown: oneOf(COUNTDOWNS, stored['countdown'], 3),
    facing: oneOf(FACINGS, stored['facing'], 'user')
  };
}

function read(): DeviceSettings {
  try {
    return parseSettings(localStorage.getItem(KEY), navigator.languages);
  } catch {
    return parseSettings(null, navigator.languages);
  }
}

function oneOf<T>(allowed: readonly T[], value: unknown, fallback: T): T {
  return allowed.find((each) => each === value) ?? fallback;
}

function preferredLanguage(preferred: readonly string[]): Language {
  for (const tag of preferred) {
    const language = LANGUAGES.find((each) => tag.toLowerCase().startsWith(each));
    if (language !== undefined) return language;
  }
  return 'en';
}

export const settings = new Settings();
