import type { JsonObject } from '#core/json.ts';
import { splitWords } from '../../words/split.ts';
import type { ModuleArg } from '../module.ts';
import { wrong } from '../state/wrong.ts';

/** The arguments of `pip`. */
export const pipArguments = {
  name: { type: 'list' },
  version: { type: 'str' },
  requirements: { type: 'str' },
  state: { type: 'str', default: 'present', choices: ['absent', 'forcereinstall', 'latest', 'present'] },
  virtualenv: { type: 'path' },
  virtualenv_site_packages: { type: 'bool', default: false },
  virtualenv_command: { type: 'str', default: 'virtualenv' },
  virtualenv_python: { type: 'str' },
  extra_args: { type: 'str' },
  editable: { type: 'bool', default: false },
  chdir: { type: 'path' },
  executable: { type: 'path' },
  umask: { type: 'str' },
} satisfies Record<string, ModuleArg>;

/** A package as a task names it. */
export interface Requirement {
  /** As pip is told: `django>1.11,<2`. */
  readonly written: string;
  /** As pip lists it; absent for an address, a path or anything else only pip understands. */
  readonly name?: string;
  readonly specifiers: string;
}

/** Prepared arguments of `pip`. */
export interface PipArgs {
  readonly packages: readonly Requirement[];
  readonly requirements?: string;
  readonly version?: string;
  readonly state: 'absent' | 'forcereinstall' | 'latest' | 'present';
  readonly virtualenv?: string;
  readonly sitePackages: boolean;
  readonly command: readonly string[];
  readonly python?: string;
  readonly extra: readonly string[];
  readonly chdir?: string;
  readonly executable?: string;
  readonly umask?: string;
  readonly names: readonly string[];
}

/** Names compare without regard to case, `-`, `_` and `.`. */
export const tidyName = (name: string): string => name.replace(/[-_.]+/g, '-').toLowerCase();

/** A list written with commas falls into pieces inside of specifiers and brackets: they are joined again. */
const rejoin = (pieces: readonly string[]): readonly string[] => {
  const names: string[] = [];
  let inBrackets = false;
  for (const piece of pieces.flatMap((one) => one.split(','))) {
    const goesOn = inBrackets || /^\s*(?:[<>=!~])/.test(piece);
    if (goesOn && names.length > 0) names[names.length - 1] = `${names.at(-1)},${piece}`;
    else names.push(piece.trim());
    if (piece.includes('[')) inBrackets = true;
    if (piece.includes(']')) inBrackets = false;
  }
  return names.filter((name) => name !== '');
};

const plain = /^([A-Za-z0-9][\w.-]*)\s*(?:\[[^\]]*\])?\s*((?:(?:===|==|!=|~=|<=|>=|<|>)\s*[^\s,;]+\s*,?\s*)*)(?:;.*)?$/;

const requirementOf = (written: string): Requirement => {
  if (/^-|[\n\0]/.test(written))
    throw wrong(`pip: “${written}” is not the name of a package.`, `pip : « ${written} » n’est pas un nom de paquet.`);
  const [, name, specifiers = ''] = plain.exec(written) ?? [];
  return { written, specifiers: specifiers.trim(), ...(name !== undefined && { name: tidyName(name) }) };
};

const withVersion = (packages: readonly Requirement[], version: string): readonly Requirement[] => {
  const [only] = packages;
  if (packages.length > 1 || only === undefined)
    throw wrong(
      "pip: 'version' is ambiguous with several packages; put each version next to its name.",
      'pip : « version » est ambigu avec plusieurs paquets ; mettez chaque version à côté du nom.',
    );
  if (only.specifiers !== '')
    throw wrong(
      "pip: 'version' conflicts with the version in name.",
      'pip : « version » contredit la version donnée dans name.',
    );
  const own = version.trim();
  return [requirementOf(`${only.written}${/^\d/.test(own) ? '==' : ''}${own}`)];
};

const wordsOf = (name: string, value: unknown): readonly string[] => {
  const words = typeof value === 'string' ? splitWords(value) : [];
  if (words !== undefined) return words;
  throw wrong(`pip: the quotes in ${name} do not match.`, `pip : les guillemets de ${name} ne vont pas ensemble.`);
};

const checkTogether = (args: JsonObject): void => {
  const both = (one: string, other: string): boolean => args[one] !== undefined && args[other] !== undefined;
  if (args.name === undefined && args.requirements === undefined)
    throw wrong('pip: one of name and requirements is needed.', 'pip : il faut name ou requirements.');
  if (both('name', 'requirements') || both('executable', 'virtualenv'))
    throw wrong(
      'pip: name and requirements exclude each other, executable and virtualenv too.',
      'pip : name ou requirements, executable ou virtualenv, pas les deux.',
    );
  if (args.state === 'latest' && args.version !== undefined)
    throw wrong('pip: version is incompatible with state=latest.', 'pip : version ne va pas avec state=latest.');
  if (args.umask !== undefined && !/^[0-7]{1,4}$/.test(String(args.umask)))
    throw wrong('pip: umask must be an octal integer.', 'pip : umask doit être un entier octal.');
  if (/pyvenv|-m venv/.test(String(args.virtualenv_command)) && args.virtualenv_python !== undefined)
    throw wrong(
      'pip: virtualenv_python should not be used when using the venv module or pyvenv as virtualenv_command.',
      'pip : virtualenv_python ne va pas avec venv ou pyvenv comme virtualenv_command.',
    );
};

const textOf = (args: JsonObject, name: string): Readonly<Record<string, string>> =>
  typeof args[name] === 'string' && args[name] !== '' ? { [name]: args[name] } : {};

/** Checks the arguments. Throws a Fault for names that cannot be, and for what does not go together. */
export const preparePip = (args: JsonObject): PipArgs => {
  checkTogether(args);
  const names = Array.isArray(args.name) ? args.name.map(String) : [];
  const packages = rejoin(names).map(requirementOf);
  const extra = wordsOf('extra_args', args.extra_args);
  return {
    packages: typeof args.version === 'string' ? withVersion(packages, args.version) : packages,
    ...textOf(args, 'requirements'),
    ...textOf(args, 'version'),
    state: args.state as PipArgs['state'],
    ...textOf(args, 'virtualenv'),
    sitePackages: args.virtualenv_site_packages === true,
    command: wordsOf('virtualenv_command', args.virtualenv_command),
    ...(typeof args.virtualenv_python === 'string' && { python: args.virtualenv_python }),
    extra: args.editable === true && !extra.includes('-e') ? [...extra, '-e'] : extra,
    ...textOf(args, 'chdir'),
    ...textOf(args, 'executable'),
    ...textOf(args, 'umask'),
    names,
  };
};
