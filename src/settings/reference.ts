import { type Bare, fields } from './outline.ts';
import { settingsSchema } from './schema.ts';

const kinds: Readonly<Record<string, string>> = {
  string: 'text',
  number: 'number',
  boolean: 'true or false',
  array: 'list',
  object: 'map',
  record: 'map',
  unknown: 'anything',
  custom: 'text, or text by language',
};

/** The reference of the configuration as Markdown: every key the schema knows, then the commented examples. */
export function settingsReference(examples: readonly { readonly name: string; readonly yaml: string }[]): string {
  const rows = fields(settingsSchema).filter(({ field }) => field.about !== '');
  return [
    '# Configuration',
    '',
    'One YAML file, `config/quarterdeck.yaml` unless `--config` or `QUARTERDECK_CONFIG` names another. Every key has a',
    'default: an empty file is valid, and so is none. What is wrong is said all at once, with line and column, by',
    '`bin/quarterdeck check`; the same happens when the bot runs and the file changes: a broken change leaves the last',
    'good configuration in force.',
    '',
    'Any text may hold `${env:NAME}` (an environment variable) or `${file:path}` (a file, without its last line break);',
    '`$${` stands for the characters themselves. Relative paths start at the configuration file.',
    '',
    '| variable | meaning |',
    '|---|---|',
    '| `QUARTERDECK_CONFIG` | the configuration file, when `--config` does not name one |',
    '| `QUARTERDECK_DATA` | the data folder, before `data` |',
    '| `QUARTERDECK_PORT` | the port, before `server.port` |',
    '',
    '## Every key',
    '',
    '| key | takes | default | meaning |',
    '|---|---|---|---|',
    ...rows.map(({ path, field }) => `| \`${path}\` | ${taken(field)} | ${fallback(field)} | ${cell(field.about)} |`),
    '',
    '## Examples',
    '',
    ...examples.flatMap(({ name, yaml }) => [`### ${name}`, '', '```yaml', yaml.trim(), '```', '']),
    'Made from the schema by `node scripts/configuration.mjs`; a test checks that it is up to date.',
    '',
  ].join('\n');
}

const cell = (text: string): string => text.replaceAll('|', '\\|');

function taken({ definition }: Bare): string {
  const values = definition.values ?? (definition.entries && Object.values(definition.entries));
  if (values) return values.map((value) => `\`${value}\``).join(', ');
  return kinds[definition.type] ?? definition.type;
}

function fallback(field: Bare): string {
  if (!field.optional) return 'required';
  if (field.fallback === undefined) return 'none';
  const { type } = field.definition;
  return type === 'object' ? '' : `\`${cell(JSON.stringify(field.fallback).replaceAll('"', "'"))}\``;
}
