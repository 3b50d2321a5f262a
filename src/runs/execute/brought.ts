import type { JsonObject } from '#core/json.ts';
import type { Difference } from '#core/plan.ts';
import type { Module, ModulePlan } from '#playbook/modules/module.ts';
import { pathsOf } from './examine.ts';

/** Where packages put files; `/usr/local`, `/srv` and homes are not theirs. */
const packaged = /^\/+(?:etc|usr(?!\/+local(?:\/|$))|var|lib\w*|bin|sbin|boot|opt)\//;

/** Words of paths and of packages that tell none from another. */
const common = new Set(
  `etc usr var lib opt bin sbin share local default conf config log cache run spool www html system multi user target wants
  service socket available enabled sites mods common server client base core data tools utils doc init`.split(/\s+/),
);

const wordsOf = (name: string): readonly string[] =>
  name
    .split(/[^A-Za-z0-9]+/)
    .map((word) => word.toLowerCase().replace(/\d+$/, ''))
    .filter((word) => word.length > 2 && !common.has(word));

const isNew = ({ before, after }: Difference): boolean =>
  (before === 'absent' || before === 'configuration files') && after !== 'absent';

/** True when this is a package that comes, and may well bring a path with it, by their names: `openssh-server` has `/etc/ssh`. */
export function mayBring(difference: Difference, path: string): boolean {
  const [, name] = /^package (.+)$/.exec(difference.subject) ?? [];
  if (name === undefined || !isNew(difference) || !packaged.test(path)) return false;
  const words = wordsOf(path);
  return wordsOf(name).some((one) => words.some((word) => one.endsWith(word)));
}

/** What a step is about and what is not there yet. */
export function missingPaths(module: Module, plan: ModulePlan, checked: JsonObject): readonly string[] {
  const made = plan.differences.filter(({ aspect, before }) => aspect === 'state' && before === 'absent');
  return [
    ...made.map(({ subject }) => subject),
    ...(foundNothing(plan) ? pathsOf(module, checked) : []),
    ...passed(plan),
  ];
}

/** The module says that its path is not there: it is not wanted, or was only looked for. */
export function foundNothing({ differences, result }: ModulePlan): boolean {
  const { stat } = result;
  if (typeof stat === 'object' && stat !== null && !Array.isArray(stat)) return (stat as JsonObject).exists === false;
  return differences.length === 0 && result.state === 'absent';
}

/** Folders that a search passed over. */
const passed = ({ result: { skipped_paths: paths } }: ModulePlan): readonly string[] =>
  typeof paths === 'object' && paths !== null && !Array.isArray(paths) ? Object.keys(paths) : [];
