import { Lexer } from 'yaml';
import { type Text, t } from './text.ts';

/** What a YAML reader complains of: its code, its own words, and where in the text, in characters. */
export interface YamlComplaint {
  readonly code: string;
  readonly message: string;
  readonly pos: readonly [number, number];
}

/** A complaint in words for a person: a clause to stand after a place, and what to do. */
export interface YamlWords {
  readonly message: Text;
  readonly hint?: Text;
}

const quoteIt = t('put the value in quotes', 'mettez la valeur entre guillemets');

const tab: YamlWords = {
  message: t('a tab is used to indent', 'une tabulation sert à indenter'),
  hint: t('use spaces', 'utilisez des espaces'),
};

const neither: YamlWords = {
  message: t(
    'this line is neither “key: value” nor part of a value',
    'cette ligne n’est ni « clé: valeur » ni la suite d’une valeur',
  ),
};

const badIndent: YamlWords = {
  message: t('the indentation does not fit the lines above', 'l’indentation ne correspond pas aux lignes au-dessus'),
};

const known: Readonly<Record<string, YamlWords>> = {
  BAD_ALIAS: { message: t('this alias has no proper name', 'cet alias n’a pas de nom correct') },
  BAD_DQ_ESCAPE: {
    message: t(
      'a double-quoted text has a wrong \\ escape',
      'un texte entre guillemets doubles a un échappement \\ incorrect',
    ),
    hint: t(
      'use single quotes, or \\\\ for a backslash',
      'utilisez des guillemets simples, ou \\\\ pour une barre inverse',
    ),
  },
  BAD_INDENT: badIndent,
  BAD_SCALAR_START: {
    message: t('a value cannot begin with this character', 'une valeur ne peut pas commencer par ce caractère'),
    hint: quoteIt,
  },
  BLOCK_AS_IMPLICIT_KEY: {
    message: t('there are two “key: value” on one line', 'il y a deux « clé: valeur » sur une ligne'),
    hint: t(
      'if the second colon belongs to the value, put the value in quotes; else look how the next line is indented',
      'si le second deux-points fait partie de la valeur, mettez-la entre guillemets ; sinon voyez l’indentation de la ligne suivante',
    ),
  },
  DUPLICATE_KEY: { message: t('this key is written twice', 'cette clé est écrite deux fois') },
  MISSING_CHAR: {
    message: t(
      'a colon, a quote or a bracket is missing here',
      'il manque ici un deux-points, un guillemet ou un crochet',
    ),
  },
  MULTILINE_IMPLICIT_KEY: neither,
  NON_STRING_KEY: { message: t('a key must be one word', 'une clé doit être un seul mot') },
  TAB_AS_INDENT: tab,
  UNEXPECTED_TOKEN: {
    message: t('this fits nothing that stands before it', 'ceci ne va avec rien de ce qui précède'),
    hint: t('look at the indentation and at the quotes', 'voyez l’indentation et les guillemets'),
  },
};

const unclosed: Readonly<Record<'map' | 'sequence', YamlWords>> = {
  map: {
    message: t('a “{” above is not closed', 'un « { » plus haut n’est pas fermé'),
    hint: t('close it with “}”', 'fermez-le par « } »'),
  },
  sequence: {
    message: t('a “[” above is not closed', 'un « [ » plus haut n’est pas fermé'),
    hint: t('close it with “]”', 'fermez-le par « ] »'),
  },
};

const unclosedQuote: YamlWords = {
  message: t(
    'the text in quotes that begins here is not closed',
    'le texte entre guillemets qui commence ici n’est pas fermé',
  ),
  hint: t('its closing quote is missing', 'il manque son guillemet fermant'),
};

const afterQuote: YamlWords = {
  message: t(
    'a text in quotes ends here, and the value goes on',
    'un texte entre guillemets finit ici, et la valeur continue',
  ),
  hint: t(
    'put the whole value in quotes of the other kind',
    'mettez toute la valeur entre guillemets de l’autre sorte',
  ),
};

/** The text of the line a place is in, up to its first word. */
const indentAt = (source: string, offset: number): string =>
  /^[^\S\n]*/.exec(source.slice(source.lastIndexOf('\n', Math.max(0, offset - 1)) + 1))?.[0] ?? '';

/**
 * The complaint in a person's words: what is behind it where that can be seen in the text. The reader's own words are
 * never shown; `code` is, for what nobody wrote a sentence for.
 */
export function yamlWords({ code, message, pos }: YamlComplaint, source: string): YamlWords {
  if (indentAt(source, pos[0]).includes('\t')) return tab;
  const bracket =
    /^Flow (map|sequence) .*must be sufficiently indented and end with a|^Expected flow (map|sequence)/.exec(message);
  const closing = bracket?.[1] ?? bracket?.[2];
  if (closing === 'map' || closing === 'sequence') return unclosed[closing];
  if (code === 'UNEXPECTED_TOKEN' && /["'][^\S\n]*$/.test(source.slice(0, pos[0]))) return afterQuote;
  if (code === 'MISSING_CHAR' && message.startsWith('Implicit map keys')) return neither;
  if (code === 'MISSING_CHAR' && message.startsWith('Sequence item without')) return badIndent;
  if (code === 'MISSING_CHAR' && /^Missing closing ["']/.test(message)) return unclosedQuote;
  return known[code] ?? { message: t(`this is not valid YAML (${code})`, `ce n’est pas du YAML valide (${code})`) };
}

/** What has a dozen consequences, each of which is told as a fault of its own. */
const far: ReadonlySet<YamlWords> = new Set([tab, unclosedQuote, unclosed.map, unclosed.sequence]);

/** The complaints that say something of their own: what follows from a tab, a bracket or a quote is not told. */
export function worthTelling<T extends YamlComplaint>(complaints: readonly T[], source: string): readonly T[] {
  const [first] = complaints;
  return first !== undefined && far.has(yamlWords(first, source)) ? [first] : complaints;
}

/** Where to look, in characters: a quote that is never closed is noticed at the end of the file, and begins elsewhere. */
export function yamlPlace(complaint: YamlComplaint, source: string): number {
  if (yamlWords(complaint, source) !== unclosedQuote) return complaint.pos[0];
  let offset = 0;
  let opened = complaint.pos[0];
  for (const lexeme of new Lexer().lex(source)) {
    if (/^["']/.test(lexeme)) opened = offset;
    if (source.startsWith(lexeme, offset)) offset += lexeme.length; // the lexer has marks of its own, which are no text
  }
  return opened;
}
