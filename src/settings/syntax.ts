import type { ErrorCode, LineCounter, YAMLError } from 'yaml';
import { each, type Text, t } from '#core/text.ts';
import { worthTelling, type YamlWords, yamlPlace, yamlWords } from '#core/yaml-words.ts';
import type { SettingsCode, SettingsFault } from './faults.ts';

const ours: Partial<Record<ErrorCode, YamlWords>> = {
  MULTIPLE_DOCS: {
    message: t(
      'a configuration is one YAML document; a second one begins here',
      'une configuration est un seul document YAML ; un deuxième commence ici',
    ),
  },
  TAG_RESOLVE_FAILED: {
    message: t(
      'tags (!name) are not understood in a configuration',
      'les étiquettes (!nom) ne sont pas admises dans une configuration',
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
  const faults = worthTelling(errors, source)
    .slice(0, most)
    .map((error): SettingsFault => {
      const { line, col } = lines.linePos(yamlPlace(error, source));
      return { file, line, column: col, path: '', ...wording(error, source) };
    });
  return { faults, readable: errors.every(({ code }) => code === 'DUPLICATE_KEY' || code === 'TAG_RESOLVE_FAILED') };
}

function wording(error: YAMLError, source: string): { code: SettingsCode; message: Text; hint?: Text } {
  if (error.code === 'DUPLICATE_KEY') return duplicate(source.slice(error.pos[0], error.pos[0] + 100));
  const { message, hint } = ours[error.code] ?? yamlWords(error, source);
  return { code: 'settings.yaml', message: sentence(message), ...(hint === undefined ? {} : { hint: sentence(hint) }) };
}

const sentence = (clause: Text): Text => each(clause, (words) => `${words.charAt(0).toUpperCase()}${words.slice(1)}.`);

const duplicate = (rest: string): { code: SettingsCode; message: Text } => {
  const key = /^["']?([^\s:"']{1,60})/.exec(rest)?.[1] ?? '';
  return {
    code: 'settings.duplicate_key',
    message: t(`The key "${key}" is here a second time.`, `La clé « ${key} » est ici une deuxième fois.`),
  };
};
