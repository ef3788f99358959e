/**
 * The message catalogue: typed by the English one, so that a missing sentence is a compile error. It has two halves: what
 * is said before the journal is open comes with the first screen, what the screens behind it say is loaded by
 * {@link Messages.complete} while that one is looked at. Other languages than English are loaded when chosen.
 * Right-to-left languages set the document's direction; `?lang=en-XB` turns any other around to test that.
 *
 * Use: `import { m } from '#web/messages/catalogue.svelte.ts'` and `{m.record.start}`.
 */
import { SvjError } from '#shared/errors.ts';
import { entrance } from './en/entrance.ts';
import type { Catalogue, Entrance, Inside } from './shape.ts';

export const LANGUAGES = ['en', 'de'] as const;
export type Language = (typeof LANGUAGES)[number];
export const LANGUAGE_NAMES: Record<Language, string> = { en: 'English', de: 'Deutsch' };

/** So that every language says which way it is read. */
const DIRECTIONS: Record<Language, 'ltr' | 'rtl'> = { en: 'ltr', de: 'ltr' };

const entrances: Record<Language, () => Promise<Entrance>> = {
  en: () => Promise.resolve(entrance),
  de: async () => (await import('./de/entrance.ts')).entrance
};

const insides: Record<Language, () => Promise<Inside>> = {
  en: async () => (await import('./en/inside.ts')).inside,
  de: async () => (await import('./de/inside.ts')).inside
};

class Messages {
  #entrance = $state.raw<Entrance>(entrance);
  #inside = $state.raw<Inside | null>(null);
  #language = $state<Language>('en');
  #whole = false;

  get language(): Language {
    return this.#language;
  }

  /** BCP 47 tag for Intl formatters. */
  get locale(): string {
    return typeof navigator !== 'undefined' && navigator.language.startsWith(this.#language)
      ? navigator.language
      : this.#language;
  }

  get entrance(): Entrance {
    return this.#entrance;
  }

  /** @throws `internal` before {@link complete} has loaded it: no screen is shown until then */
  get inside(): Inside {
    if (this.#inside === null) throw new SvjError('internal', 'messages');
    return this.#inside;
  }

  async use(language: Language): Promise<void> {
    const [outer, inner] = await Promise.all([entrances[language](), this.#whole ? insides[language]() : null]);
    this.#entrance = outer;
    this.#inside = inner;
    this.#language = language;
    document.documentElement.lang = language;
    document.documentElement.dir = isMirrored() ? 'rtl' : DIRECTIONS[language];
  }

  /** Loads what the screens say, once; no language is chosen meanwhile, since no screen is shown to do it on. */
  async complete(): Promise<void> {
    this.#whole = true;
    this.#inside ??= await insides[this.#language]();
  }
}

/** Turned around, to see that every screen can be. */
function isMirrored(): boolean {
  return new URLSearchParams(location.search).get('lang') === 'en-XB';
}

export const messages = new Messages();

/** The current catalogue, reactive in templates and derived values. */
export const m: Catalogue = {
  get shell() {
    return messages.entrance.shell;
  },
  get onboarding() {
    return messages.entrance.onboarding;
  },
  get errors() {
    return messages.entrance.errors;
  },
  get passphrase() {
    return messages.inside.passphrase;
  },
  get recovery() {
    return messages.inside.recovery;
  },
  get journal() {
    return messages.inside.journal;
  },
  get record() {
    return messages.inside.record;
  },
  get entry() {
    return messages.inside.entry;
  },
  get settings() {
    return messages.inside.settings;
  },
  get backup() {
    return messages.inside.backup;
  }
};

/** Picks the plural form by the current language: `plural(n, { one: '1 entry', other: `${n} entries` })`. */
export function plural(
  count: number,
  forms: { readonly one?: string; readonly few?: string; readonly many?: string; readonly other: string }
): string {
  const rule = new Intl.PluralRules(messages.locale).select(count);
  return (rule in forms ? forms[rule as keyof typeof forms] : undefined) ?? forms.other;
}
