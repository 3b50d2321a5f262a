import type { ErrorCode, LineCounter, YAMLError } from 'yaml';
import { type Text, t } from '#core/text.ts';
import type { SettingsCode, SettingsFault } from './faults.ts';

const quoteNext = t('Put the value in quotes.', 'Mettez la valeur entre guillemets.');

const sentences: Partial<Record<ErrorCode, { readonly message: Text; readonly hint?: Text }>> = {
  BAD_ALIAS: { message: t('This alias has no proper name.', 'Cet alias n’a pas de nom correct.') },
  BAD_DQ_ESCAPE: {
    message: t(
      'A double-quoted text has a wrong \\ escape.',
      'Un texte entre guillemets doubles a un échappement \\ incorrect.',
    ),
    hint: t(
      'Use single quotes, or \\\\ for a backslash.',
      'Utilisez des guillemets simples, ou \\\\ pour une barre inverse.',
    ),
  },
  BAD_INDENT: {
    message: t(
      'The indentation does not fit the lines above.',
      'L’indentation ne correspond pas aux lignes au-dessus.',
    ),
  },
  BAD_SCALAR_START: {
    message: t('A value cannot begin with this character.', 'Une valeur ne peut pas commencer par ce caractère.'),
    hint: quoteNext,
  },
  BLOCK_AS_IMPLICIT_KEY: {
    message: t('There are two "key: value" on one line.', 'Il y a deux « clé: valeur » sur une ligne.'),
    hint: t(
      'If the second colon belongs to the value, put the value in quotes.',
      'Si le second deux-points fait partie de la valeur, mettez-la entre guillemets.',
    ),
  },
  MISSING_CHAR: {
    message: t(
      'A colon, a quote or a bracket is missing here.',
      'Il manque ici un deux-points, un guillemet ou un crochet.',
    ),
  },
  MULTILINE_IMPLICIT_KEY: {
    message: t(
      'This line is neither "key: value" nor part of a value.',
      'Cette ligne n’est ni « clé: valeur » ni la suite d’une valeur.',
    ),
  },
  MULTIPLE_DOCS: {
    message: t(
      'A configuration is one YAML document; a second one begins here.',
      'Une configuration est un seul document YAML ; un deuxième commence ici.',
    ),
  },
  NON_STRING_KEY: { message: t('A key must be one word.', 'Une clé doit être un seul mot.') },
  TAB_AS_INDENT: {
    message: t('A tab is used to indent.', 'Une tabulation sert à indenter.'),
    hint: t('Use spaces.', 'Utilisez des espaces.'),
  },
  TAG_RESOLVE_FAILED: {
    message: t(
      'Tags (!name) are not understood in a configuration.',
      'Les étiquettes (!nom) ne sont pas admises dans une configuration.',
    ),
  },
};

// A broken file can have a thousand consequences of one mistake; the first ones are the useful ones.
const most = 10;

/** The reader's complaints in words for a person. `readable` is false when the values cannot be trusted. */
export function syntaxFaults(
  errors: readonly YAMLError[],
  source: string,
  file: string,
  lines: LineCounter,
): { faults: SettingsFault[]; readable: boolean } {
  const faults = errors.slice(0, most).map((error): SettingsFault => {
    const { line, col } = lines.linePos(error.pos[0]);
    return { file, line, column: col, path: '', ...wording(error, source) };
  });
  return { faults, readable: errors.every(({ code }) => code === 'DUPLICATE_KEY' || code === 'TAG_RESOLVE_FAILED') };
}

function wording(error: YAMLError, source: string): { code: SettingsCode; message: Text; hint?: Text } {
  if (error.code === 'DUPLICATE_KEY') return duplicate(source.slice(error.pos[0], error.pos[0] + 100));
  const known = sentences[error.code];
  if (known) return { code: 'settings.yaml', ...known };
  return {
    code: 'settings.yaml',
    message: t(`This is not valid YAML (${error.code}).`, `Ce n’est pas du YAML valide (${error.code}).`),
  };
}

const duplicate = (rest: string): { code: SettingsCode; message: Text } => {
  const key = /^["']?([^\s:"']{1,60})/.exec(rest)?.[1] ?? '';
  return {
    code: 'settings.duplicate_key',
    message: t(`The key "${key}" is here a second time.`, `La clé « ${key} » est ici une deuxième fois.`),
  };
};
