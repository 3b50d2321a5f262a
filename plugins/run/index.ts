import { arg, change, definePlugin, t, z } from '#kit';

/** Plays any playbook of the playbooks folder. */
export default definePlugin({
  name: 'run',
  about: t('Plays playbooks', 'Joue des playbooks'),
  settings: z.strictObject({}),
  commands: [
    change({
      name: 'run',
      about: t('Play a playbook', 'Jouer un playbook'),
      permission: 'run.playbook',
      risk: 'ordinary',
      needs: [],
      args: {
        playbook: arg.playbook({ about: t('which playbook', 'quel playbook') }),
        hosts: arg.hosts({
          about: t('on which hosts; those of the playbook when left out', 'sur quels hôtes ; ceux du playbook sinon'),
          optional: true,
          after: 'on',
        }),
        vars: arg.vars({ about: t('variables of the playbook', 'variables du playbook'), optional: true }),
      },
      examples: ['run site', 'run site on web', 'run site on web-1 colour=blue'],
      plan({ args: { playbook, hosts, vars = {} } }) {
        return {
          do: 'play',
          title: hosts
            ? t(`Run ${playbook} on ${named(hosts)}`, `Jouer ${playbook} sur ${named(hosts)}`)
            : t(`Run ${playbook}`, `Jouer ${playbook}`),
          playbook,
          vars,
          ...(hosts ? { limit: hosts.join(',') } : {}),
        };
      },
    }),
  ],
});

const named = (hosts: readonly string[]): string =>
  hosts.length <= 3 ? hosts.join(', ') : `${hosts.slice(0, 2).join(', ')} +${hosts.length - 2}`;
