import type { Json } from '#core/json.ts';
import { nearest } from '#core/nearest.ts';
import { type Text, t } from '#core/text.ts';
import { didYouMean, type Path, type SettingsCode, type SettingsFault, showPath } from './faults.ts';
import { pathKey, type Spot } from './tree.ts';
import { inside, items, type Written, written } from './written.ts';

type Spots = ReadonlyMap<string, Spot>;

/**
 * What a schema cannot see: names that must exist elsewhere, and names that may stand once only. It reads values whose
 * shape may still be wrong, so that these faults are told together with the others.
 */
export function senseFaults(value: Json, spots: Spots): SettingsFault[] {
  // The demo fleet brings roles of its own, which are not known here.
  const roles = inside(value, 'harbour') === true ? [] : unknownRoles(value, spots);
  return [...roles, ...repeated(value, spots), ...oneName(value, spots)];
}

/** A name is one person's: two entries of one name may be one person, who would then approve their own orders. */
function oneName(value: Json, spots: Spots): SettingsFault[] {
  const people = items(inside(value, 'people')).map((person, index) => ({
    name: inside(person, 'name'),
    id: inside(person, 'id'),
    path: ['people', index, 'name'] satisfies Path,
  }));
  const key = (name: Json | undefined): string => (typeof name === 'string' ? name.trim().toLowerCase() : '');
  return people.flatMap(({ name, id, path }, index) => {
    const first = people.slice(0, index).find((other) => key(name) !== '' && key(other.name) === key(name));
    if (first === undefined || first.id === id) return []; // the same id twice is a fault of its own
    return [fault(path, spots, 'settings.same_name', sameName(String(name)), { hint: onePerson(String(id)) })];
  });
}

const sameName = (name: string): Text =>
  t(`Two people are called "${name}".`, `Deux personnes s’appellent « ${name} ».`);

const onePerson = (id: string): Text =>
  t(
    `If they are one, write also: ['${id}'] at the first and leave this one out; else give them names that differ.`,
    `Si c’est la même, écrivez also: ['${id}'] à la première et enlevez celle-ci ; sinon donnez-leur des noms différents.`,
  );

/** Roles that people or rules name and nobody has: `brought` are those of the demo fleet. */
export function unknownRoles(value: Json, spots: Spots, brought: readonly string[] = []): SettingsFault[] {
  const roles = inside(value, 'roles');
  const known = [...(roles !== null && typeof roles === 'object' ? Object.keys(roles) : []), ...brought];
  return namedRoles(value)
    .filter(({ name }) => !known.includes(name))
    .map(({ name, path }) => fault(path, spots, 'settings.unknown_role', noRole(name), roleHint(name, known)));
}

function namedRoles(value: Json): Written[] {
  const ofPeople = items(inside(value, 'people')).flatMap((person, index) =>
    items(inside(person, 'roles')).flatMap((role, place) => written(role, ['people', index, 'roles', place])),
  );
  const ofRules = items(inside(value, 'rules')).flatMap((rule, index) =>
    items(inside(inside(rule, 'require'), 'by')).flatMap((role, place) =>
      written(role, ['rules', index, 'require', 'by', place]),
    ),
  );
  return [...ofPeople, ...ofRules];
}

const noRole = (name: string): Text => t(`There is no role "${name}".`, `Il n’y a pas de rôle « ${name} ».`);

const roleHint = (name: string, known: readonly string[]): { readonly hint?: Text } => {
  const [near] = nearest(name, known);
  return near === undefined ? { hint: t(`Add it under roles.`, `Ajoutez-le sous roles.`) } : didYouMean(near);
};

function repeated(value: Json, spots: Spots): SettingsFault[] {
  const lists: readonly { readonly list: Path; readonly key: string; readonly values: readonly Json[] }[] = [
    { list: ['people'], key: 'id', values: items(inside(value, 'people')) },
    { list: ['rules'], key: 'name', values: items(inside(value, 'rules')) },
    { list: ['console', 'channels'], key: 'name', values: items(inside(inside(value, 'console'), 'channels')) },
  ];
  return lists.flatMap(({ list, key, values }) => {
    const names = values.flatMap((item, index) => written(inside(item, key), [...list, index, key]));
    const all = key === 'id' ? [...names, ...others(values, list)] : names;
    return all
      .filter(({ name }, index) => all.findIndex((other) => other.name === name) < index)
      .map(({ name, path }) => fault(path, spots, 'settings.repeated', twice(name), {}));
  });
}

/** The other ids of people. */
const others = (values: readonly Json[], list: Path): Written[] =>
  values.flatMap((item, index) =>
    items(inside(item, 'also')).flatMap((id, place) => written(id, [...list, index, 'also', place])),
  );

const twice = (name: string): Text =>
  t(`"${name}" is in this list a second time.`, `« ${name} » est une deuxième fois dans cette liste.`);

function fault(
  path: Path,
  spots: Spots,
  code: SettingsCode,
  message: Text,
  hint: { readonly hint?: Text },
): SettingsFault {
  const place = spots.get(pathKey(path))?.value ?? { file: '', line: 1, column: 1 };
  return { ...place, code, path: showPath(path), message, ...hint };
}
