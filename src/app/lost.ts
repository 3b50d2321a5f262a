import type { Fleet } from '#core/hosts.ts';
import type { JsonObject } from '#core/json.ts';
import { join, type Text, t } from '#core/text.ts';
import { everyId } from '#settings/people.ts';
import type { Settings } from '#settings/schema.ts';

/** What a configuration in force names. */
export interface Named {
  readonly settings: Pick<Settings, 'people' | 'roles' | 'rules' | 'secrets'>;
  readonly hosts: readonly string[];
}

/** What these settings name, with the hosts of their inventory. */
export const namedIn = (settings: Named['settings'], fleet: Fleet): Named => ({
  settings,
  hosts: fleet.hosts().map(({ name }) => name),
});

const kinds = ['people', 'roles', 'rules', 'hosts', 'secrets'] as const;
type Kind = (typeof kinds)[number];

/** What is no longer there after a change, by its kind; a kind that lost nothing is absent. */
export type Lost = Readonly<Partial<Record<Kind, readonly string[]>>>;

const namesIn = ({ settings, hosts }: Named): Readonly<Record<Kind, readonly string[]>> => ({
  people: everyId(settings.people).map(({ id }) => id),
  roles: Object.keys(settings.roles),
  rules: settings.rules.map(({ name }) => name),
  hosts,
  secrets: Object.keys(settings.secrets),
});

/** What one configuration names and the next does not; undefined when nothing went. */
export function lostBetween(before: Named, after: Named): Lost | undefined {
  const [old, now] = [namesIn(before), namesIn(after)];
  const lost = kinds.flatMap((kind) => {
    const gone = old[kind].filter((name) => !now[kind].includes(name));
    return gone.length === 0 ? [] : [[kind, gone] as const];
  });
  return lost.length === 0 ? undefined : Object.fromEntries(lost);
}

const words: Readonly<Record<Kind, readonly [string, string]>> = {
  people: ['people', 'personnes'],
  roles: ['roles', 'rôles'],
  rules: ['rules', 'règles'],
  hosts: ['hosts', 'hôtes'],
  secrets: ['secrets', 'secrets'],
};

const mostNamed = 10;

/** `people (2): console:local:eve, console:local:ben`, one line for each kind. */
export function lostText(lost: Lost): Text {
  const lines = kinds.flatMap((kind) => {
    const names = lost[kind] ?? [];
    const few = names.slice(0, mostNamed).join(', ') + (names.length > mostNamed ? ', …' : '');
    const [en, fr] = words[kind];
    return names.length === 0 ? [] : [t(`${en} (${names.length}): ${few}`, `${fr} (${names.length}) : ${few}`)];
  });
  return join(lines, '\n');
}

/** The same for the audit, whole. */
export const lostDetails = (lost: Lost | undefined): JsonObject =>
  lost === undefined
    ? {}
    : { gone: Object.fromEntries(Object.entries(lost).map(([kind, names]) => [kind, [...names]])) };
