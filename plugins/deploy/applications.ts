import { type Card, expected, type Host, type JsonObject, t, z } from '#kit';

const playbook = z
  .string()
  .refine(
    (path) => /^\w[\w./-]*\.ya?ml$/.test(path) && !path.split('/').includes('..'),
    expected(
      t(
        'a playbook of the playbooks folder, such as deploy.yml',
        'un playbook du dossier des playbooks, comme deploy.yml',
      ),
    ),
  );

/** What may be written for a version: it becomes part of a path on the hosts. */
export const versionPattern = /^[A-Za-z0-9][\w.+-]{0,99}$/;

const version = z
  .string()
  .refine(
    (name) => versionPattern.test(name),
    expected(
      t(
        'a version: letters, digits, “.”, “-”, “_” and “+”, 100 at most',
        'une version : lettres, chiffres, « . », « - », « _ » et « + », 100 au plus',
      ),
    ),
  );

const page = z
  .string()
  .refine(
    (address) => /^(?:https?:\/\/|\/(?!\/))\S*$/.test(address) && URL.canParse(address, 'http://host'),
    expected(
      t(
        'an address that begins with “https://”, or a path such as “/” beside what the playbook asks with uri',
        'une adresse qui commence par « https:// », ou un chemin comme « / » à côté de ce que le playbook demande par uri',
      ),
    ),
  );

/** An application, as the settings describe it. */
const application = z.strictObject({
  playbook,
  /** The playbook that goes back. */
  rollback: playbook.exactOptional(),
  /** The hosts or groups it runs on, separated by commas. */
  hosts: z.string().min(1).max(2_000),
  /** The versions that may be deployed, newest last; any when absent. */
  versions: z.array(version).exactOptional(),
  /** The service unit that runs it: the playbooks get it as `app_unit`. */
  unit: z.string().exactOptional(),
  /** The address that must answer 200 afterwards: the playbooks get it as `app_health`. */
  health: z.string().exactOptional(),
  /** Where it can be seen: an address, or a path beside what the playbooks ask with `uri`. */
  page: page.exactOptional(),
  /** Further variables of both playbooks. */
  vars: z.record(z.string(), z.json()).default({}),
  /** `grave` asks a second person every time. */
  risk: z.enum(['ordinary', 'grave']).exactOptional(),
});

export type Application = z.output<typeof application>;

/** The plugin's settings. */
export const settings = z.strictObject({
  applications: z.record(z.string().regex(/^[a-z0-9][\w.-]*$/i), application).default({}),
});

export type Settings = z.output<typeof settings>;

/** The application of that name, however it was capitalised. */
export function find(
  { applications }: Settings,
  wanted: string,
): (Application & { readonly name: string }) | undefined {
  const name = Object.keys(applications).find((one) => one.toLowerCase() === wanted.toLowerCase());
  const found = name === undefined ? undefined : applications[name];
  return found && name !== undefined ? { ...found, name } : undefined;
}

/** What both playbooks receive: the version was typed, the rest is as the settings say. */
export const variables = (
  app: Application & { readonly name: string },
  version?: string,
): { readonly vars: JsonObject; readonly chosen: JsonObject } => {
  const { app_version: _typed, ...vars } = app.vars;
  return {
    vars: version === undefined ? {} : { app_version: version },
    chosen: {
      ...(version === undefined ? app.vars : vars),
      app_name: app.name,
      ...(app.unit === undefined ? {} : { app_unit: app.unit }),
      ...(app.health === undefined ? {} : { app_health: app.health }),
    },
  };
};

/** Hosts asked for that are none of the application's; all of them when its hosts are a pattern nobody can check here. */
export function strangers(app: Application, asked: readonly string[], hosts: readonly Host[]): readonly string[] {
  const terms = app.hosts.split(',').map((term) => term.trim());
  if (terms.some((term) => !/^[\w.-]+$/.test(term))) return asked;
  return asked.filter((name) => {
    const host = hosts.find((one) => one.name === name);
    return !terms.some((term) => term === 'all' || term === name || host?.groups.includes(term));
  });
}

/** Nothing can be deployed yet, and where that is changed. */
export const noApplications = t(
  'No application is configured: name one under “plugins.settings.deploy.applications”, as plugins/deploy/README.md shows.',
  'Aucune application n’est configurée : nommez-en une sous « plugins.settings.deploy.applications », comme le montre plugins/deploy/README.md.',
);

/** There is no such application: those there are, as buttons, each with the rest of what was asked. */
export function unknownApplication({ applications }: Settings, wanted: string, verb: string, rest = ''): Card {
  const names = Object.keys(applications);
  // What is said to be near must not do more than was asked: without its hosts it would reach all of them.
  const offered = /^[\w.,+ -]*$/.test(rest) ? names.slice(0, 5) : [];
  return {
    tone: 'warn',
    title: t(
      `There is no application “${wanted.slice(0, 60)}”`,
      `Il n’y a pas d’application « ${wanted.slice(0, 60)} »`,
    ),
    text:
      names.length === 0
        ? t(
            'None is set up: name them under `plugins.settings.deploy.applications`.',
            'Aucune n’est configurée : nommez-les sous `plugins.settings.deploy.applications`.',
          )
        : t(`There is: ${names.join(', ')}.`, `Il y a : ${names.join(', ')}.`),
    actions: offered.map((name, place) => ({
      id: `app-${place}`,
      label: name,
      line: `${verb} ${name} ${rest}`.trimEnd(),
    })),
  };
}

/** There is no such version: those there are, as buttons. */
export function unknownVersion(app: Application & { readonly name: string }, wanted: string, verb: string): Card {
  const versions = app.versions ?? [];
  const line = (version: string) =>
    verb === 'rollback' ? `rollback ${app.name} to ${version}` : `deploy ${app.name} ${version}`;
  return {
    tone: 'warn',
    title: t(
      `${app.name} has no version “${wanted.slice(0, 60)}”`,
      `${app.name} n’a pas de version « ${wanted.slice(0, 60)} »`,
    ),
    text:
      versions.length === 0
        ? t(
            'A version is letters, digits, `.`, `-`, `_` and `+`.',
            'Une version est faite de lettres, chiffres, `.`, `-`, `_` et `+`.',
          )
        : t(`It has: ${versions.slice(-20).join(', ')}.`, `Elle a : ${versions.slice(-20).join(', ')}.`),
    actions: versions
      .slice(-5)
      .reverse()
      .map((version, place) => ({ id: `version-${place}`, label: version, line: line(version) })),
  };
}

/** The hosts asked for are not where the application runs. */
export const wrongHosts = (app: Application & { readonly name: string }, hosts: readonly string[]): Card => ({
  tone: 'warn',
  title: t(
    `${app.name} does not run on ${hosts.slice(0, 3).join(', ')}`,
    `${app.name} ne tourne pas sur ${hosts.slice(0, 3).join(', ')}`,
  ),
  text: t(`It runs on: \`${app.hosts}\`.`, `Elle tourne sur : \`${app.hosts}\`.`),
});
