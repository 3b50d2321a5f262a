import type { JsonObject } from '#core/json.ts';
import type { Applied, FoundDifference, Module, ModulePlan, Quote } from './module.ts';
import { failureOf, readFields } from './state/fields.ts';
import { missingTool, needFunction, sayFunction, toolPath } from './state/tools.ts';
import { wrong } from './state/wrong.ts';

interface Answer {
  readonly question: string;
  readonly type: string;
  readonly value: string;
}

interface DebconfArgs {
  readonly name: string;
  readonly answer?: Answer;
  readonly unseen: boolean;
}

interface DebconfState {
  readonly failed?: string;
  /** Answers by question. */
  readonly now: Readonly<Record<string, string>>;
  /** The host found its password to be the wanted one. */
  readonly same: boolean;
}

const types = ['boolean', 'error', 'multiselect', 'note', 'password', 'seen', 'select', 'string', 'text', 'title'];

const answerOf = (args: JsonObject): Answer | undefined => {
  const { question, vtype, value } = args;
  if ([question, vtype, value].every((one) => one === undefined)) return undefined;
  if (typeof question !== 'string' || typeof vtype !== 'string' || typeof value !== 'string')
    throw wrong(
      'debconf: when supplying a question you must supply a valid vtype and value.',
      'debconf : question, vtype et value vont ensemble.',
    );
  if (!/^[^\s-][^\s]*$/.test(question) || /[\n\r\0]/.test(value))
    throw wrong(
      `debconf: the answer to “${question}” is not on one line.`,
      `debconf : la réponse à « ${question} » ne tient pas sur une ligne.`,
    );
  return { question, type: vtype, value: vtype === 'boolean' ? value.toLowerCase() : value };
};

const prepare = (args: JsonObject): DebconfArgs => {
  const name = String(args.name);
  if (!/^[A-Za-z0-9][A-Za-z0-9+._:-]*$/.test(name))
    throw wrong(
      `debconf: “${name}” is not the name of a package.`,
      `debconf : « ${name} » n’est pas un nom de paquet.`,
    );
  const answer = answerOf(args);
  return { name, ...(answer !== undefined && { answer }), unseen: args.unseen === true };
};

/** Passwords are shown by nobody: the host compares its own with the wanted one, and says only whether they are the same. */
const passwordLines = (answer: Answer, quote: Quote): string => `q=${quote(answer.question)}; w=${quote(answer.value)}
f=\${DEBCONF_PASSWORDS:-/var/cache/debconf/passwords.dat}; m=
if [ -r "$f" ]; then while IFS= read -r l; do
  case $l in "Name: $q") m=yes ;; 'Name: '* | '') m= ;; "Value: $w") [ -z "$m" ] || echo same=yes ;; esac
done <"$f"; fi`;

const probe = (args: DebconfArgs, quote: Quote): string =>
  [
    toolPath,
    needFunction,
    sayFunction,
    'need debconf-show; need debconf-set-selections',
    `r=$(debconf-show ${quote(args.name)} 2>&1 </dev/null); echo "code=$?"; printf '%s\\n' "$r" | say now`,
    args.answer?.type === 'password' ? passwordLines(args.answer, quote) : '',
    'echo end',
  ]
    .filter((line) => line !== '')
    .join('\n');

const readAnswers = (text: string): Readonly<Record<string, string>> =>
  Object.fromEntries(
    [...text.matchAll(/^([* ]+)?([^\s:]+):(.*)$/gm)].map(([, , question = '', value = '']) => [question, value.trim()]),
  );

const read = (output: Applied): DebconfState => {
  const fields = readFields(output);
  const said = fields.raw('now') ?? '';
  const failed =
    missingTool(fields, 'debconf', 'The module is for Debian and its kin, and needs root.') ??
    ((fields.number('code') ?? 0) === 0 ? undefined : said.trim());
  return {
    ...(failed !== undefined && { failed }),
    now: failed === undefined ? readAnswers(said) : {},
    same: fields.get('same') === 'yes',
  };
};

const differenceOf = (answer: Answer, now: string | undefined): FoundDifference => {
  const secret = answer.type === 'password';
  return {
    subject: `debconf ${answer.question}`,
    aspect: 'answer',
    before: now === undefined ? null : secret ? 'another' : now,
    after: secret ? 'as given' : answer.value,
    ...(secret && { sealed: answer.value }),
  };
};

const plan = ({ answer }: DebconfArgs, { failed, now, same }: DebconfState): ModulePlan => {
  if (failed !== undefined) return { differences: [], result: { msg: failed }, failed };
  if (answer === undefined) return { differences: [], result: { current: now } };
  const before = now[answer.question];
  const known = answer.type === 'boolean' ? before?.toLowerCase() : before;
  if (known !== undefined && (known === answer.value || same)) return { differences: [], result: { current: now } };
  const previous = { [answer.question]: before ?? '' };
  return {
    differences: [differenceOf(answer, before)],
    result: { current: { [answer.question]: answer.value }, previous },
  };
};

/** Answers the questions packages ask when they are installed, beforehand. */
export const debconf: Module<DebconfArgs, DebconfState> = {
  name: 'debconf',
  args: {
    name: { type: 'str', required: true, aliases: ['pkg'] },
    question: { type: 'str', aliases: ['selection', 'setting'] },
    vtype: { type: 'str', choices: types },
    value: { type: 'str', aliases: ['answer'] },
    unseen: { type: 'bool', default: false },
  },
  freeForm: 'kv',
  prepare,
  probe,
  read,
  plan,
  subjects: ({ answer }) => (answer === undefined ? [] : [`debconf ${answer.question}`]),
  apply: ({ name, answer, unseen }, _state, { differences }) => {
    if (differences.length === 0 || answer === undefined) return undefined;
    const stdin = `${[name, answer.question, answer.type, answer.value].join(' ')}\n`;
    return { script: `${toolPath}\ndebconf-set-selections${unseen ? ' -u' : ''}`, stdin };
  },
  finish: (_args, _state, { result }, applied) => {
    if (applied.code === 0) return { result, changed: true };
    const msg = failureOf(applied);
    return { result: { msg }, changed: false, failed: msg };
  },
};
