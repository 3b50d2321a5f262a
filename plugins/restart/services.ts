import { type Card, type Host, t } from '#kit';

/** Hosts asked for where the service does not run; all of them when its hosts are a pattern nobody can check here. */
export function strangers(where: string, asked: readonly string[], hosts: readonly Host[]): readonly string[] {
  const terms = where.split(',').map((term) => term.trim());
  if (terms.some((term) => !/^[\w.-]+$/.test(term))) return asked;
  return asked.filter((name) => {
    const host = hosts.find((one) => one.name === name);
    return !terms.some((term) => term === 'all' || term === name || host?.groups.includes(term));
  });
}

/** Nothing can be restarted yet, and where that is changed. */
export const noServices = t(
  'No service is configured: name one under “plugins.settings.restart.services”, as plugins/restart/README.md shows.',
  'Aucun service n’est configuré : nommez-en un sous « plugins.settings.restart.services », comme le montre plugins/restart/README.md.',
);

/** Only named services can be restarted: those there are, as buttons. */
export const unknownService = (names: readonly string[], wanted: string): Card => ({
  tone: 'warn',
  title: t(
    `There is no service “${wanted.slice(0, 60)}” to restart`,
    `Il n’y a pas de service « ${wanted.slice(0, 60)} » à redémarrer`,
  ),
  text:
    names.length === 0
      ? t(
          'None is set up: name them under `plugins.settings.restart.services`.',
          'Aucun n’est configuré : nommez-les sous `plugins.settings.restart.services`.',
        )
      : t(`There is: ${names.join(', ')}.`, `Il y a : ${names.join(', ')}.`),
  actions: names.slice(0, 5).map((name, place) => ({ id: `service-${place}`, label: name, line: `restart ${name}` })),
});

/** The hosts asked for are not where the service runs. */
export const wrongHosts = (name: string, where: string, hosts: readonly string[]): Card => ({
  tone: 'warn',
  title: t(
    `${name} does not run on ${hosts.slice(0, 3).join(', ')}`,
    `${name} ne tourne pas sur ${hosts.slice(0, 3).join(', ')}`,
  ),
  text: t(`It runs on: \`${where}\`.`, `Il tourne sur : \`${where}\`.`),
});
