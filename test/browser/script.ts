import type { Card } from '#core/card.ts';
import type { Script } from '#test/support/console-rig.ts';

/** A confirmation as the bot asks it. */
export const confirming: Card = {
  tone: 'info',
  title: { en: 'Deploy shop v2: 2 changes on 2 hosts', fr: 'Déployer shop v2 : 2 changements sur 2 hôtes' },
  text: 'Asked by **Ada**. It changes:\n- web-1: release `v2`\n- web-2: release `v2`',
  code: {
    language: 'diff',
    title: 'config.yml on web-1',
    text: '@@ -1,2 +1,2 @@\n name: shop\n-version: v1\n+version: v2',
  },
  actions: [
    { id: 'confirm', label: { en: 'Run it', fr: 'Exécuter' }, style: 'primary', line: 'confirm 12' },
    { id: 'cancel', label: { en: 'Cancel', fr: 'Annuler' }, line: 'cancel 12' },
  ],
  footer: 'Order 12. Confirm until 14:20 UTC',
};

export const asking: Card = {
  tone: 'info',
  title: 'deploy: which application and version?',
  form: {
    id: 'missing',
    line: 'deploy',
    submit: { en: 'Go on', fr: 'Continuer' },
    fields: [
      {
        name: 'app',
        label: 'Application',
        kind: 'choice',
        required: true,
        choices: [{ value: 'shop', label: 'shop' }],
      },
      { name: 'version', label: 'Version', kind: 'text', required: true, hint: 'A tag such as v2' },
    ],
  },
};

/** Every part a card can have, in one: long words, many columns, a long log. */
export const everything: Card = {
  tone: 'bad',
  title: `Deploy failed on ${'very-'.repeat(20)}long-host-name: the health check answered 500`,
  text: `Rolled back. ${'Donaudampfschifffahrtsgesellschaft'.repeat(4)}`,
  fields: [
    { label: 'Load', value: '0.42' },
    { label: 'Path', value: `/srv/${'deep/'.repeat(30)}` },
  ],
  table: {
    columns: ['Host', 'Load', 'Memory', 'Disk', 'Uptime', 'Failed services'],
    rows: Array.from({ length: 4 }, (_, n) => [`web-${n}`, '0.42', '31 %', '41 %', '12 days', 'postgresql, nginx']),
  },
  code: {
    language: 'log',
    text: Array.from({ length: 40 }, (_, n) => `14:05:${n} ERROR line ${n} ${'x'.repeat(120)}`).join('\n'),
  },
  actions: Array.from({ length: 5 }, (_, n) => ({ id: `a${n}`, label: `Action number ${n}`, line: `status web-${n}` })),
  footer: 'Run 8, 12 s',
};

/** Answers `deploy shop v2`, `deploy`, `secret`, and echoes what begins with `echo`. */
export const script: Script = async (incoming, bot) => {
  const { text, actor, thread } = incoming;
  const there = thread === undefined ? {} : { thread };
  if (text === 'deploy shop v2') await bot.say(confirming, { key: 'order:12' });
  if (text === 'deploy') await bot.say(asking, { key: 'order:13' });
  if (text === 'secret') await bot.say({ tone: 'warn', title: 'Between us' }, { to: actor });
  if (text.startsWith('echo ')) await bot.say({ tone: 'good', title: text.slice(5) }, there);
  if (text === 'confirm 12') {
    const { actions: _actions, ...rest } = confirming;
    await bot.say({ ...rest, tone: 'running', title: 'Deploy shop v2: 1 of 4 steps' }, { key: 'order:12' });
    await bot.say({ ...rest, tone: 'good', title: 'Deployed shop v2' }, { key: 'order:12' });
  }
  if (text.startsWith('deploy --')) await bot.say({ tone: 'good', title: `Understood: ${text}` });
};

const names = ['deploy', 'echo', 'help', 'logs', 'metrics', 'restart', 'rollback', 'runs', 'status'];

export const completions = (line: string) =>
  names
    .filter((name) => name.startsWith(line))
    .map((name) => ({ line: `${name} `, label: name, about: { en: `What ${name} does`, fr: `Ce que fait ${name}` } }));
