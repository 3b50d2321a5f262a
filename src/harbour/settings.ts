import { join } from 'node:path';
import { type Text, t } from '#core/text.ts';
import { demoPlaybooks, fleet, type Layout } from './layout.ts';

interface Grant {
  readonly permission: string;
  readonly on: readonly string[];
}

/** The part of the settings that the demo brings, in the shape of the configuration file. */
export interface HarbourSettings {
  readonly playbooks: string;
  readonly people: readonly { readonly id: string; readonly name: string; readonly roles: readonly string[] }[];
  readonly roles: Readonly<Record<string, { readonly allow: readonly Grant[] }>>;
  readonly rules: readonly {
    readonly name: string;
    readonly when: { readonly permission?: string; readonly on?: readonly string[] };
    readonly require: { readonly confirmation?: boolean; readonly approvals?: number };
    readonly within: string;
  }[];
  readonly console: {
    readonly channels: readonly { readonly name: string; readonly about?: Text }[];
    readonly sessionHours: number;
  };
  readonly plugins: { readonly settings: Readonly<Record<string, unknown>> };
}

const reading = ['status.read', 'metrics.read', 'logs.read', 'runs.*', 'audit.read', 'deploy.read', 'echo.use'];
const changing = ['deploy.run', 'rollback.run', 'restart.run', 'run.playbook'];

const grants = (permissions: readonly string[], on: readonly string[]): readonly Grant[] =>
  permissions.map((permission) => ({ permission, on }));

/** Two people, so that one can ask and the other approve; and what the demo asks before it changes anything. */
export const harbourSettings = (layout: Layout): HarbourSettings => ({
  playbooks: demoPlaybooks,
  people: [
    { id: 'console:local:ada', name: 'Ada', roles: ['operator'] },
    { id: 'console:local:ben', name: 'Ben', roles: ['lead'] },
  ],
  roles: {
    operator: { allow: [...grants(reading, ['all']), ...grants(changing, ['web', 'db'])] },
    lead: { allow: grants(['*'], ['all']) },
  },
  rules: [
    {
      name: 'A deploy is confirmed',
      when: { permission: 'deploy.*', on: ['web'] },
      require: { confirmation: true },
      within: '15m',
    },
    {
      name: 'The database takes two people',
      when: { on: ['db'] },
      require: { approvals: 1 },
      within: '15m',
    },
  ],
  console: {
    channels: [
      { name: 'ops', about: t('Everything that runs', 'Tout ce qui tourne') },
      { name: 'deploys', about: t('What goes out', 'Ce qui part en production') },
    ],
    sessionHours: 720,
  },
  plugins: {
    settings: {
      deploy: {
        applications: {
          shop: {
            playbook: 'deploy.yml',
            rollback: 'rollback.yml',
            hosts: 'web',
            versions: ['v1', 'v2', 'v3'],
            page: '/',
          },
        },
      },
      restart: {
        services: { shop: { unit: 'shop', hosts: 'web' }, db: { unit: 'db', hosts: 'db' } },
      },
      machine: {
        alsoKnownAs: fleet.map((host) => host.name),
        logs: Object.fromEntries(fleet.map(({ name }) => [name, [join(layout.host(name), 'var', 'log', '*.log')]])),
      },
    },
  },
});
