import { statfs } from 'node:fs/promises';
import { z } from 'zod';
import { Fault, type Refusal, type Result, refusalOf } from '#core/errors.ts';
import { inLanguage, join, type Language, type Text, t } from '#core/text.ts';
import type { Inventory } from '#playbook/inventory/load.ts';
import { findAnsible } from '#runs/ansible/program.ts';
import { describeFaults, type SettingsFault } from '#settings/faults.ts';
import type { SettingsOutcome } from '#settings/load.ts';
import type { Settings } from '#settings/schema.ts';
import { lookAtDataFolder, placeOfNew, probeDataFolder } from '#store/data-folder.ts';
import { wantsDemo } from '../demo.ts';
import { readInventory } from '../inventory.ts';
import { findBot } from '../local-access.ts';
import { answering } from './answering.ts';
import { loadFor, readArguments } from './arguments.ts';
import { faultsOf, inventoryOf } from './faults-of.ts';
import { orDemo } from './or-demo.ts';
import { type CliCommand, exit } from './terminal.ts';

type Loaded = Extract<SettingsOutcome, { ok: true }>;

interface Finding {
  readonly what: Text;
  readonly ok: boolean;
  /** It is well enough, but somebody should look at it. */
  readonly warning?: true;
  readonly says: Text;
}

const smallestFreeMb = 500;

const saidShape = z.array(
  z
    .object({ code: z.string().optional(), say: z.string(), next: z.string().optional() })
    .transform(({ code = '', say, next }) => ({ code, says: next ? `${say} ${next}` : say })),
);
const readyShape = z.object({ reasons: saidShape, warnings: saidShape });

/** What the bot says of itself: why it is not ready, and what somebody should look at. */
const readinessOf = (body: unknown): z.infer<typeof readyShape> =>
  readyShape.safeParse(body).data ?? { reasons: [], warnings: [] };

const inOne = ({ say, next }: Refusal): Text => (next === undefined ? say : join([say, next], ' '));

/** Looks at one thing; what it throws is its finding. */
async function look(what: Text, see: () => Promise<Text>): Promise<Finding> {
  try {
    return { what, ok: true, says: await see() };
  } catch (thrown) {
    const refusal = refusalOf(thrown);
    return { what, ok: false, says: refusal ? inOne(refusal) : String(thrown) };
  }
}

async function freeSpace(folder: string): Promise<Text> {
  await lookAtDataFolder(folder);
  const place = await placeOfNew(folder);
  if (place === undefined) await probeDataFolder(folder);
  const { bavail, bsize } = await statfs(place ?? folder);
  const mb = Math.round((bavail * bsize) / 1e6);
  if (mb >= smallestFreeMb) return place === undefined ? t(`${mb} MB free`, `${mb} Mo libres`) : notThereYet;
  throw new Fault({
    code: 'doctor.disk',
    say: t(`only ${mb} MB free in ${folder}`, `seulement ${mb} Mo libres dans ${folder}`),
  });
}

const notThereYet = t(
  'not there yet: the first start makes it; if there was one, put it back first',
  'pas encore là : le premier démarrage le crée ; s’il y en avait un, remettez-le d’abord',
);

function counted(inventory: Result<Inventory>): Text {
  if (!inventory.ok) throw new Fault(inventory.refusal);
  const count = inventory.value.hosts().length;
  if (count === 0) return noHosts;
  return t(`${count} host${count === 1 ? '' : 's'}`, `${count} hôte${count < 2 ? '' : 's'}`);
}

const noHosts = t(
  'no hosts: name your servers in the file that “inventory” of the configuration names',
  'aucun hôte : nommez vos serveurs dans le fichier que nomme « inventory » de la configuration',
);

/** Where none is named, and none is needed. */
const demoComes = t(
  'none named: the first start opens the demo fleet',
  'aucun n’est nommé : le premier démarrage ouvre la flotte de démonstration',
);

const notRunning = (): Fault =>
  new Fault({
    code: 'cli.no_bot',
    say: t('not running: “bin/quarterdeck start” starts it', 'ne tourne pas : « bin/quarterdeck start » le lance'),
  });

/** What the running bot says of itself. */
interface SeenBot {
  readonly url: string;
  readonly isReady: boolean;
  readonly said: z.infer<typeof readyShape>;
}

const hanging = (url: string, language: Language): SeenBot => {
  const says = t(`runs at ${url} and does not answer`, `tourne sur ${url} et ne répond pas`);
  return {
    url,
    isReady: false,
    said: { reasons: [{ code: 'cli.silent', says: inLanguage(says, language) }], warnings: [] },
  };
};

/** Asks the running bot how it is; undefined when none runs, also when one that was killed left its address behind. */
async function askBot(data: string, language: Language): Promise<SeenBot | undefined> {
  const bot = await findBot(data);
  if (!bot) return undefined;
  const headers = { 'accept-language': language };
  const limit = AbortSignal.timeout(5000);
  const reply = await fetch(new URL('/readyz', bot.url), { headers, signal: limit }).catch(
    () => undefined, // whoever is not there does not answer
  );
  if (!reply) return limit.aborted ? hanging(bot.url, language) : undefined;
  return { url: bot.url, isReady: reply.status === 200, said: readinessOf(await reply.json().catch(() => undefined)) };
}

function aboutOf(code: string): Text {
  if (code.startsWith('playbook.')) return 'playbooks';
  if (code === 'inventory.not_in_force') return t('inventory in force', 'inventaire en vigueur');
  if (code === 'settings.not_in_force') return t('configuration in force', 'configuration en vigueur');
  return code.startsWith('order.') ? t('orders', 'ordres') : t('plugins', 'greffons');
}

/** The running bot, and each warning of it as a finding of its own. */
async function ready(asked: Promise<SeenBot | undefined>): Promise<readonly Finding[]> {
  const bot = await look('bot', async () => judgedBot(await asked));
  const { warnings = [] } = bot.ok ? ((await asked)?.said ?? {}) : {};
  return [bot, ...warnings.map(({ code, says }): Finding => ({ what: aboutOf(code), ok: true, warning: true, says }))];
}

function judgedBot(bot: SeenBot | undefined): Text {
  if (!bot) throw notRunning();
  const { url, isReady, said } = bot;
  if (isReady) return t(`ready at ${url}`, `prêt sur ${url}`);
  const why = said.reasons.length > 0 ? said.reasons.map(({ says }) => says).join(' ') : t('not ready', 'pas prêt');
  throw new Fault({ code: 'doctor.not_ready', say: why });
}

/** Everything that can be looked at: of a broken configuration only what needs none, its data folder and inventory. */
async function looks(
  outcome: SettingsOutcome,
  language: Language,
  signal: AbortSignal,
): Promise<readonly Promise<Finding | readonly Finding[]>[]> {
  const data = outcome.ok ? outcome.settings.data : outcome.data;
  const bot = data === undefined ? undefined : askBot(data, language);
  return [
    look('node', async () => process.version),
    look('configuration', () => judged(outcome)),
    ...(outcome.ok ? [ansibleHere(outcome.settings)] : []),
    ...(data === undefined ? [] : [look(t('data folder', 'dossier de données'), () => freeSpace(data))]),
    ...(outcome.ok ? await looksAtHosts(outcome, bot, signal) : await looksWithout(outcome)),
    ...(bot === undefined ? [] : [ready(bot)]),
  ];
}

/** The real Ansible: needed only where a playbook is to be played by it. */
async function ansibleHere({ ansible: { program, playbooks } }: Settings): Promise<Finding> {
  const what = 'ansible-playbook';
  const found = await findAnsible(program);
  if (found.ok) return { what, ok: true, says: `${found.value.version} (${found.value.path})` };
  const isWanted = program !== undefined || playbooks.length > 0;
  if (isWanted || found.refusal.code !== 'ansible.not_installed')
    return { what, ok: false, says: inOne(found.refusal) };
  return {
    what,
    ok: true,
    says: t(
      'not installed; only playbooks with “engine: ansible” need it',
      'pas installé ; seuls les playbooks avec « engine: ansible » en ont besoin',
    ),
  };
}

/** Of a broken configuration the inventory, where it can be told which one is meant; what is not looked at is said. */
async function looksWithout(outcome: SettingsOutcome): Promise<readonly Promise<Finding>[]> {
  const inventory = await inventoryOf(outcome);
  return [
    inventory ? look(inventoryWord, async () => counted(inventory)) : notLookedAt(inventoryWord),
    notLookedAt(hostsWord),
  ];
}

const notLookedAt = async (what: Text): Promise<Finding> => ({
  what,
  ok: true,
  warning: true,
  says: t('not looked at: the configuration is broken', 'pas examiné : la configuration est fautive'),
});

/** The inventory, and whether its hosts answer. */
async function looksAtHosts(
  { settings: own, configured }: Loaded,
  bot: Promise<SeenBot | undefined> | undefined,
  signal: AbortSignal,
): Promise<readonly Promise<Finding>[]> {
  const settings = orDemo(own);
  if (settings.inventory.length === 0 && wantsDemo(own, configured))
    return [look(inventoryWord, async () => demoComes)];
  const inventory = await readInventory(settings);
  const hasHosts = inventory.ok && inventory.value.hosts().length > 0;
  const found = await look(inventoryWord, async () => counted(inventory));
  const asleep = settings !== own && (await bot) === undefined;
  return [
    Promise.resolve(inventory.ok && !hasHosts ? { ...found, warning: true } : found),
    ...(hasHosts ? [asleep ? demoAsleep : look(hostsWord, () => answering(inventory.value, settings, signal))] : []),
  ];
}

const inventoryWord = t('inventory', 'inventaire');
const hostsWord = t('hosts', 'hôtes');

/** The demo's hosts are processes of the bot: that they do not answer without it says nothing. */
const demoAsleep = Promise.resolve<Finding>({
  what: hostsWord,
  ok: true,
  warning: true,
  says: t('those of the demo start with the bot', 'ceux de la démonstration démarrent avec le bot'),
});

async function judged(outcome: SettingsOutcome): Promise<Text> {
  const faults = await faultsOf(outcome, await inventoryOf(outcome));
  if (faults.length === 0) return t('good', 'bonne');
  throw new Fault({ code: 'settings.faulty', say: t(faultsIn(faults, 'en'), faultsIn(faults, 'fr')) });
}

/** One fault stands on the line of the finding; more begin below it. */
const faultsIn = (faults: readonly SettingsFault[], language: Language): string => {
  const lines = describeFaults(faults, language).split('\n');
  return lines.length === 1 ? lines.join() : lines.map((line) => `\n    ${line}`).join('');
};

/** `quarterdeck doctor`: looks at everything the bot needs and says what is missing. */
export const doctor: CliCommand = {
  usage: 'doctor [--json]',
  about: t(
    'Look at everything the bot needs and say what is missing',
    'Examiner ce qu’il faut au bot et dire ce qui manque',
  ),
  async run(args, terminal) {
    const { values } = readArguments(args, {});
    const language = values.json ? 'en' : terminal.language;
    const outcome = await loadFor(values.config, terminal);
    const findings = (await Promise.all(await looks(outcome, language, terminal.signal))).flat();
    terminal.signal.throwIfAborted();
    const shown = findings.map(({ what, ok, warning, says }) => ({
      what: inLanguage(what, language),
      ok,
      ...(warning === undefined ? {} : { warning }),
      says: inLanguage(says, language),
    }));
    if (values.json) terminal.out(JSON.stringify(shown));
    const colon = language === 'fr' ? ' :' : ':';
    for (const { what, ok, warning, says } of values.json ? [] : shown)
      terminal.out(`${warning ? '!' : ok ? '✓' : '✗'} ${what}${colon} ${says}`);
    return findings.every(({ ok }) => ok) ? exit.done : exit.failed;
  },
};
