import type { Json, JsonObject } from '#core/json.ts';
import { isObject, textOf } from '../docker/engine.ts';
import type { Applied, Quote } from '../module.ts';
import { type Fields, readFields } from '../state/fields.ts';
import { missingTool } from '../state/tools.ts';
import type { ComposeArgs } from './arguments.ts';
import { composeBegin, listLines, projectLine, usualFiles } from './commands.ts';
import { complaintIn } from './events.ts';

/** What the host said, of a dry run or a real one. */
export interface ComposeState {
  readonly failed?: string;
  /** What Compose said it does. */
  readonly said: string;
  readonly containers: readonly JsonObject[];
  readonly images: readonly JsonObject[];
}

/** A script that makes the project as wished, or with `dry` only says what would be done, and how the project is then. */
export const composeScript = (args: ComposeArgs, dry: boolean, quote: Quote): string =>
  [
    composeBegin(args, quote),
    `dry=${dry ? '--dry-run' : ''}`,
    `o=$(${projectLine(args, quote)} 2>&1); echo "code=$?"`,
    `printf '%s\\n' "$o" | say events`,
    ...listLines,
    'echo end',
  ].join('\n');

const parsed = (text: string): Json | undefined => {
  try {
    return JSON.parse(text) as Json;
  } catch {
    return undefined;
  }
};

/** One list, or before it was so, one object a line. */
const objectsIn = (text: string | undefined): readonly JsonObject[] => {
  const whole = parsed(text ?? '');
  const all = Array.isArray(whole) ? whole : (text ?? '').split('\n').map(parsed);
  return all.filter(isObject);
};

const listOf = (value: Json | undefined): readonly string[] => textOf(value ?? '').split(',');

const labelsOf = (value: Json | undefined): JsonObject =>
  Object.fromEntries(
    listOf(value)
      .filter((part) => part !== '')
      .map((part) => [part.split('=')[0] ?? '', part.includes('=') ? part.slice(part.indexOf('=') + 1) : '']),
  );

const containerOf = (one: JsonObject): JsonObject => ({
  ...one,
  Labels: labelsOf(one.Labels),
  Names: listOf(one.Names ?? one.Name),
  Networks: listOf(one.Networks),
  Publishers: Array.isArray(one.Publishers) ? one.Publishers : [],
});

const problems = (args: ComposeArgs, fields: Fields): string | undefined => {
  const file = args.files[fields.number('at') ?? 0];
  const sentences: Readonly<Record<string, string>> = {
    plugin:
      "the host's docker has no plugin compose. Install it there (docker-compose-plugin, docker-compose-v2 or docker-compose 2).",
    folder: `project_src “${args.folder}” is no folder of the host.`,
    file: `the file “${file}” is not in project_src “${args.folder}”.`,
    none: `project_src “${args.folder}” has none of ${usualFiles.join(', ')}. Name its files with files.`,
  };
  const sentence = sentences[fields.get('problem') ?? ''];
  return sentence === undefined ? undefined : `docker_compose_v2: ${sentence}`;
};

const older = (version: string, minor: number): boolean => {
  const [, major, second] = /^v?(\d+)\.(\d+)/.exec(version) ?? [];
  return major !== undefined && (Number(major) < 2 || (Number(major) === 2 && Number(second) < minor));
};

const tooOld = (args: ComposeArgs, version: string): string | undefined => {
  if (older(version, 18)) return `docker_compose_v2: the host has Compose ${version}; 2.18.0 or a newer one is needed.`;
  return args.assumesYes && older(version, 32)
    ? `docker_compose_v2: assume_yes needs Compose 2.32.0 or a newer one; the host has ${version}.`
    : undefined;
};

const complaint = (fields: Fields, said: string): string | undefined => {
  const code = fields.number('code');
  if (code === 0 || code === undefined) return undefined;
  return `docker_compose_v2: ${complaintIn(said) || `docker compose ended with code ${code}`}`;
};

/** Reads what {@link composeScript} printed. */
export const readCompose = (output: Applied, args: ComposeArgs): ComposeState => {
  const fields = readFields(output);
  const said = fields.raw('events') ?? '';
  const failed =
    missingTool(fields, 'docker_compose_v2', 'Install Docker there, with its plugin compose.') ??
    problems(args, fields) ??
    tooOld(args, fields.get('version') ?? '') ??
    complaint(fields, said);
  return {
    ...(failed !== undefined && { failed }),
    said,
    containers: objectsIn(fields.raw('containers')).map(containerOf),
    images: objectsIn(fields.raw('images')),
  };
};
