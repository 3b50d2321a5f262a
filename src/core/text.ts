/** The languages the bot speaks. */
export type Language = 'en' | 'fr';

/** Words for a person: one string for every language (names, figures), or one per language. */
export type Text = string | Readonly<Record<Language, string>>;

/** The same words in English and French. */
export const t = (en: string, fr: string): Text => ({ en, fr });

/** The words in one language. */
export const inLanguage = (text: Text, language: Language): string =>
  typeof text === 'string' ? text : text[language];

/** Builds a text from another, in both languages: `each(title, (s) => s.toUpperCase())`. */
export const each = (text: Text, change: (words: string, language: Language) => string): Text =>
  typeof text === 'string'
    ? { en: change(text, 'en'), fr: change(text, 'fr') }
    : { en: change(text.en, 'en'), fr: change(text.fr, 'fr') };

/** Joins texts with a separator, in both languages. */
export const join = (texts: readonly Text[], separator: Text = ''): Text => ({
  en: texts.map((text) => inLanguage(text, 'en')).join(inLanguage(separator, 'en')),
  fr: texts.map((text) => inLanguage(text, 'fr')).join(inLanguage(separator, 'fr')),
});
