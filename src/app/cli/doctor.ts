import { statfs } from 'node:fs/promises';
import { z } from 'zod';
import { Fault, refusalOf } from '#core/errors.ts';
import { inLanguage } from '#core/text.ts';
import { loadInventory } from '#playbook/inventory/load.ts';
import { findBot } from '../local-access.ts';
import { readArguments, settingsFor } from './arguments.ts';
import { orDemo } from './or-demo.ts';
import { type CliCommand, exit } from './terminal.ts';

interface Finding {
  readonly what: string;
  readonly ok: boolean;
  readonly says: string;
}

const smallestFreeMb = 500;

const reasonsShape = z.object({ reasons: z.array(z.object({ say: z.string(), next: z.string().optional() })) });

/** Why the bot is not ready, in its own words. */
function reasonsOf(body: unknown): string {
  const parsed = reasonsShape.safeParse(body);
  if (!parsed.success) return 'not ready';
  return parsed.data.reasons.map(({ say, next }) => (next ? `${say} ${next}` : say)).join(' ');
}

/** Looks at one thing; what it throws is its finding. */
async function look(what: string, see: () => Promise<string>): Promise<Finding> {
  try {
    return { what, ok: true, says: await see() };
  } catch (thrown) {
    const refusal = refusalOf(thrown);
    return { what, ok: false, says: refusal ? inLanguage(refusal.say, 'en') : String(thrown) };
  }
}

async function freeSpace(folder: string): Promise<string> {
  const { bavail, bsize } = await statfs(folder);
  const mb = Math.round((bavail * bsize) / 1e6);
  if (mb < smallestFreeMb) throw new Fault({ code: 'doctor.disk', say: `only ${mb} MB free in ${folder}` });
  return `${mb} MB free`;
}

/** `quarterdeck doctor`: looks at everything the bot needs and says what is missing. */
export const doctor: CliCommand = {
  usage: 'doctor [--json]',
  about: 'Look at everything the bot needs and say what is missing',
  async run(args, terminal) {
    const { values } = readArguments(args, {});
    const settings = orDemo((await settingsFor(values.config, terminal)).settings);
    const findings = await Promise.all([
      look('node', async () => process.version),
      look('configuration', async () => 'good'),
      look('data folder', () => freeSpace(settings.data)),
      look('inventory', async () => {
        const inventory = await loadInventory(settings.inventory);
        if (!inventory.ok) throw new Fault(inventory.refusal);
        return `${inventory.value.hosts().length} hosts`;
      }),
      look('bot', async () => {
        const bot = await findBot(settings.data);
        if (!bot) throw new Fault({ code: 'cli.no_bot', say: 'not running' });
        const reply = await fetch(new URL('/readyz', bot.url), { signal: AbortSignal.timeout(5000) });
        if (reply.status !== 200) throw new Fault({ code: 'doctor.not_ready', say: reasonsOf(await reply.json()) });
        return `ready at ${bot.url}`;
      }),
    ]);
    if (values.json) terminal.out(JSON.stringify(findings));
    for (const finding of values.json ? [] : findings) {
      terminal.out(`${finding.ok ? '✓' : '✗'} ${finding.what}: ${finding.says}`);
    }
    return findings.every((finding) => finding.ok) ? exit.done : exit.failed;
  },
};
