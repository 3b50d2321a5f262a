import type { Language, Text } from '#core/text.ts';
import { en, type Words } from './en.ts';
import { fr } from './fr.ts';

export type { Words } from './en.ts';

/** The page's words in a language. */
export const wordsOf = (language: Language): Words => (language === 'fr' ? fr : en);

/** A text of the server in a language. */
export const inWords = (text: Text, language: Language): string => (typeof text === 'string' ? text : text[language]);
