import type { Json, JsonObject } from '#core/json.ts';
import type { Applied, Module } from './module.ts';
import { type Fields, readFields } from './state/fields.ts';
import { sayFunction, toolPath } from './state/tools.ts';
import { wrong } from './state/wrong.ts';

interface FactArgs {
  readonly managers: readonly string[];
  readonly all: boolean;
}

type Found = readonly (readonly [name: string, facts: JsonObject])[];

const known = ['apt', 'rpm', 'apk'];

const probe = (args: FactArgs): string => {
  const asks: Readonly<Record<string, string>> = {
    apt: `command -v dpkg-query >/dev/null 2>&1 && command -v apt-get >/dev/null 2>&1 && { dpkg --print-architecture | sed 's/^/native=/'; dpkg-query -W -f '\${db:Status-Status}\\t\${Package}\\t\${Architecture}\\t\${Version}\\t\${Section}\\n' | say apt; }`,
    rpm: `command -v rpm >/dev/null 2>&1 && rpm -qa --qf '%{NAME}\\t%{VERSION}\\t%{RELEASE}\\t%{EPOCH}\\t%{ARCH}\\n' | say rpm`,
    apk: 'command -v apk >/dev/null 2>&1 && apk info -v 2>/dev/null | say apk',
  };
  return [toolPath, sayFunction, ...args.managers.map((name) => asks[name] ?? ''), 'echo end'].join('\n');
};

const rows = (text: string): readonly (readonly string[])[] =>
  text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => line.split('\t'));

const fromApt = (text: string, native: string): Found =>
  rows(text)
    .filter(([status]) => status === 'installed')
    .map(([, name = '', arch = '', version = '', category = '']) => {
      const key = arch === native || arch === 'all' ? name : `${name}:${arch}`;
      return [key, { name: key, version, arch, category, origin: '', source: 'apt' }];
    });

const fromRpm = (text: string): Found =>
  rows(text).map(([name = '', version = '', release = '', epoch = '', arch = '']) => {
    const number: Json = /^\d+$/.test(epoch) ? Number(epoch) : null;
    return [name, { name, version, release, epoch: number, arch: arch === '(none)' ? null : arch, source: 'rpm' }];
  });

const fromApk = (text: string): Found =>
  rows(text).map(([line = '']) => {
    const [, name = line, version = '', release = ''] = /^(.*)-([^-]*)-([^-]*)$/.exec(line) ?? [];
    return [name, { name, version, release, source: 'apk' }];
  });

const foundBy = (fields: Fields, manager: string): Found | undefined => {
  const text = fields.raw(manager);
  if (text === undefined) return undefined;
  if (manager === 'apt') return fromApt(text, fields.get('native') ?? '');
  return manager === 'rpm' ? fromRpm(text) : fromApk(text);
};

/** The packages of the managers that are asked for, or of the first the host has; undefined when it has none. */
const read = (output: Applied, args: FactArgs): JsonObject | undefined => {
  const fields = readFields(output);
  const all = args.managers.map((name) => foundBy(fields, name)).filter((found) => found !== undefined);
  if (all.length === 0) return undefined;
  const packages = Map.groupBy((args.all ? all : all.slice(0, 1)).flat(), ([name]) => name);
  return Object.fromEntries([...packages].map(([name, found]) => [name, found.map(([, facts]) => facts)]));
};

/** Says which packages are installed, as facts of the host. Nothing changes. */
export const packageFacts: Module<FactArgs, JsonObject | undefined> = {
  name: 'package_facts',
  args: {
    manager: { type: 'list', default: ['auto'] },
    strategy: { type: 'str', default: 'first', choices: ['first', 'all'] },
  },
  freeForm: 'kv',
  prepare: (args) => {
    const given = Array.isArray(args.manager) ? args.manager.map((name) => String(name).toLowerCase()) : ['auto'];
    const managers = [...new Set(given.flatMap((name) => (name === 'auto' ? known : [name])))];
    const other = managers.find((name) => !known.includes(name));
    if (other !== undefined)
      throw wrong(
        `package_facts: unsupported manager “${other}”.`,
        `package_facts : gestionnaire « ${other} » non pris en charge.`,
      );
    return { managers, all: args.strategy === 'all' };
  },
  probe,
  read,
  plan: (args, packages) => {
    const msg = `Could not detect a supported package manager from the following list: ${args.managers.join(', ')}`;
    if (packages === undefined) return { differences: [], result: { msg }, failed: msg };
    return { differences: [], result: { ansible_facts: { packages } } };
  },
  subjects: () => ['package *'],
  tells: ['packages'],
  apply: () => undefined,
  finish: (_args, _state, plan) => ({ result: plan.result, changed: false }),
};
