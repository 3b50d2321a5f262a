import { arg, commandsWith, definePlugin, type Host, join, type Proposal, type Text, t } from '#kit';
import {
  find,
  noApplications,
  type Settings,
  settings,
  strangers,
  unknownApplication,
  unknownVersion,
  variables,
  versionPattern,
  wrongHosts,
} from './applications.ts';
import { type App, movesOf } from './moves.ts';
import { current, deployed, onHosts as onNamed, rolledBack } from './outcome.ts';
import { withPage } from './page.ts';
import { versionsCard, waysBack } from './versions.ts';

const { change, question } = commandsWith(settings);

const app = arg.word({
  about: t('which application', 'quelle application'),
  suggest: (given: Settings) => Object.keys(given.applications),
  none: noApplications,
});

const where = {
  about: t(
    'on which hosts; all of the application’s when left out',
    'sur quels hôtes ; tous ceux de l’application sinon',
  ),
  optional: true as const,
  hostsOf: (given: Settings) =>
    Object.fromEntries(Object.entries(given.applications).map(([name, { hosts }]) => [name, hosts])),
};

const allVersions = (given: Settings): readonly string[] => [
  ...new Set(Object.values(given.applications).flatMap(({ versions = [] }) => [...versions].reverse())),
];

/** The version as it is listed, whatever capitals a phone made of it. */
const listed = (one: App, version: string): string =>
  one.versions?.find((known) => known.toLowerCase() === version.toLowerCase()) ?? version;

const isVersion = (one: App, version: string): boolean =>
  versionPattern.test(version) && (one.versions === undefined || one.versions.includes(version));

/** The part of a proposal that deploying and going back share. */
const onHosts = (
  one: App,
  asked: readonly string[] | undefined,
): Pick<Extract<Proposal, { do: 'play' }>, 'limit' | 'locks' | 'risk'> => ({
  limit: asked ? asked.join(',') : one.hosts,
  locks: [`app:${one.name}`],
  ...(one.risk ? { risk: one.risk } : {}),
});

const refuseStrangers = async (
  one: App,
  asked: readonly string[] | undefined,
  inventory: { list(): Promise<readonly Host[]> },
): Promise<Proposal | undefined> => {
  if (!asked) return undefined;
  const wrong = strangers(one, asked, await inventory.list());
  return wrong.length > 0 ? { do: 'refuse', card: wrongHosts(one, wrong) } : undefined;
};

/** Brings applications to a version, and back. */
/** What an order says after its application. */
const restOf = (version: string, hosts: readonly string[] | undefined, word: string): string =>
  [version, hosts === undefined ? '' : `${word} ${hosts.join(',')}`].join(' ').trim();

export default definePlugin({
  name: 'deploy',
  about: t('Deploys applications and goes back', 'Déploie des applications et revient en arrière'),
  settings,
  commands: [
    change({
      name: 'deploy',
      about: t('Bring an application to a version', 'Mettre une application dans une version'),
      permission: 'deploy.run',
      risk: 'ordinary',
      needs: ['hosts'],
      args: {
        app,
        version: arg.word({ about: t('which version', 'quelle version'), suggest: allVersions }),
        hosts: arg.hosts({ ...where, after: 'to' }),
      },
      examples: ['deploy shop v2', 'deploy shop v2 to web-1'],
      async plan({ args, settings: given, hosts: inventory }) {
        const one = find(given, args.app);
        if (!one)
          return {
            do: 'refuse',
            card: unknownApplication(given, args.app, 'deploy', restOf(args.version, args.hosts, 'to')),
          };
        const version = listed(one, args.version);
        if (!isVersion(one, version)) return { do: 'refuse', card: unknownVersion(one, args.version, 'deploy') };
        return (
          (await refuseStrangers(one, args.hosts, inventory)) ?? {
            do: 'play',
            title: join([t(`Deploy ${one.name} ${version}`, `Déployer ${one.name} ${version}`), onNamed(args.hosts)]),
            playbook: one.playbook,
            ...variables(one, version),
            ...onHosts(one, args.hosts),
          }
        );
      },
      report({ args, settings: given, card, run, steps }) {
        const one = find(given, args.app);
        return withPage(deployed(card, run, steps, one), run, steps, one?.page);
      },
    }),
    change({
      name: 'rollback',
      about: t('Go back to the version before', 'Revenir à la version d’avant'),
      permission: 'rollback.run',
      risk: 'ordinary',
      needs: ['hosts', 'runs'],
      args: {
        app,
        version: arg.word({
          about: t('to which version; the one before when left out', 'à quelle version ; celle d’avant sinon'),
          optional: true,
          after: 'to',
          suggest: allVersions,
        }),
        hosts: arg.hosts({ ...where, after: 'on' }),
      },
      examples: ['rollback shop', 'rollback shop to v1', 'rollback shop on web-1'],
      async plan({ args, settings: given, hosts: inventory, runs }) {
        const one = find(given, args.app);
        if (!one) {
          const rest = restOf(args.version === undefined ? '' : `to ${args.version}`, args.hosts, 'on');
          return { do: 'refuse', card: unknownApplication(given, args.app, 'rollback', rest) };
        }
        const version = args.version === undefined ? undefined : listed(one, args.version);
        if (version !== undefined && !isVersion(one, version))
          return { do: 'refuse', card: unknownVersion(one, version, 'rollback') };
        if (one.rollback === undefined) return { do: 'refuse', card: noWayBack(one) };
        const to = version === undefined ? '' : ` to ${version}`;
        const vers = version === undefined ? 'en arrière' : `à ${version}`;
        const titled = (en: string, fr: string): Text =>
          join([t(`Roll back ${one.name}${en}`, `Ramener ${one.name} ${fr}`), onNamed(args.hosts)]);
        return (
          (await refuseStrangers(one, args.hosts, inventory)) ?? {
            do: 'play',
            title: titled(to, vers),
            titleFrom: { link: current, title: titled(' to {}', 'à {}') },
            playbook: one.rollback,
            ...variables(one, version),
            ...onHosts(one, args.hosts),
            ...(version === undefined ? { instead: waysBack(one, await movesOf(one, runs), args.hosts) } : {}),
          }
        );
      },
      report({ args, settings: given, card, run, steps }) {
        const one = find(given, args.app);
        return withPage(rolledBack(card, run, steps, one?.name ?? args.app), run, steps, one?.page);
      },
    }),
    question({
      name: 'versions',
      about: t(
        'The versions of an application, and what was deployed',
        'Les versions d’une application, et ce qui a été déployé',
      ),
      permission: 'deploy.read',
      needs: ['runs'],
      args: { app },
      examples: ['versions shop'],
      async answer({ args, settings: given, runs, actor, now }) {
        const one = find(given, args.app);
        if (!one) return unknownApplication(given, args.app, 'versions');
        return versionsCard(one, await movesOf(one, runs), {
          now: now(),
          ...(actor.timeZone ? { zone: actor.timeZone } : {}),
        });
      },
    }),
  ],
});

const noWayBack = (one: App) => ({
  tone: 'warn' as const,
  title: t(`${one.name} has no playbook for going back`, `${one.name} n’a pas de playbook pour revenir en arrière`),
  text: t('Deploy the version you want instead.', 'Déployez plutôt la version voulue.'),
});
