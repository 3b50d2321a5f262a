import { arg, commandsWith, definePlugin, expected, t, z } from '#kit';
import { noServices, strangers, unknownService, wrongHosts } from './services.ts';

const service = z.strictObject({
  /** The service unit; the name of the entry when absent. */
  unit: z
    .string()
    .refine(
      (unit) => /^[A-Za-z0-9@_.:\\-]{1,200}$/.test(unit),
      expected(t('the name of a unit, such as nginx.service', 'le nom d’une unité, comme nginx.service')),
    )
    .exactOptional(),
  /** The hosts or groups it runs on, separated by commas. */
  hosts: z.string().min(1).max(2_000),
  /** `grave` asks a second person every time. */
  risk: z.enum(['ordinary', 'grave']).exactOptional(),
});

const settings = z.strictObject({
  services: z.record(z.string().regex(/^[a-z0-9][\w.@-]*$/i), service).default({}),
  /** The playbook that restarts the unit `service_name`. */
  playbook: z
    .string()
    .refine(
      (path) => /^\w[\w/-]*\.ya?ml$/.test(path),
      expected(
        t(
          'a playbook of the playbooks folder, such as restart.yml',
          'un playbook du dossier des playbooks, comme restart.yml',
        ),
      ),
    )
    .default('restart.yml'),
});

const { change } = commandsWith(settings);

/** Where each service runs. */
const homes = (services: z.output<typeof settings>['services']): Readonly<Record<string, string>> =>
  Object.fromEntries(Object.entries(services).map(([name, { hosts }]) => [name, hosts]));

/** Restarts the services the settings name, and no others. */
export default definePlugin({
  name: 'restart',
  about: t('Restarts services', 'Redémarre des services'),
  settings,
  commands: [
    change({
      name: 'restart',
      about: t('Restart a service', 'Redémarrer un service'),
      permission: 'restart.run',
      risk: 'ordinary',
      needs: ['hosts'],
      args: {
        service: arg.word({
          about: t('which service', 'quel service'),
          suggest: (given: z.output<typeof settings>) => Object.keys(given.services),
          none: noServices,
        }),
        hosts: arg.hosts({
          about: t(
            'on which hosts; all of the service’s when left out',
            'sur quels hôtes ; tous ceux du service sinon',
          ),
          optional: true,
          after: 'on',
          hostsOf: ({ services }: z.output<typeof settings>) => homes(services),
        }),
      },
      examples: ['restart shop', 'restart shop on web-1'],
      async plan({ args, settings: given, hosts: inventory }) {
        const name = Object.keys(given.services).find((one) => one.toLowerCase() === args.service.toLowerCase());
        const found = name === undefined ? undefined : given.services[name];
        if (!found || name === undefined)
          return { do: 'refuse', card: unknownService(Object.keys(given.services), args.service) };
        const wrong = args.hosts ? strangers(found.hosts, args.hosts, await inventory.list()) : [];
        if (wrong.length > 0) return { do: 'refuse', card: wrongHosts(name, found.hosts, wrong) };
        const on = args.hosts && args.hosts.length <= 3 ? args.hosts.join(', ') : undefined;
        return {
          do: 'play',
          title: on
            ? t(`Restart ${name} on ${on}`, `Redémarrer ${name} sur ${on}`)
            : t(`Restart ${name}`, `Redémarrer ${name}`),
          playbook: given.playbook,
          limit: args.hosts ? args.hosts.join(',') : found.hosts,
          vars: {},
          chosen: { service_name: found.unit ?? name },
          locks: [`service:${name}`],
          ...(found.risk ? { risk: found.risk } : {}),
        };
      },
    }),
  ],
});
