import { Fault, refusalOf } from '#core/errors.ts';
import { silentLog } from '#core/log.ts';
import type { Ssh } from '#core/ssh.ts';
import { join, type Text, t } from '#core/text.ts';
import type { Inventory } from '#playbook/inventory/load.ts';
import type { Settings } from '#settings/schema.ts';
import { createSsh } from '#ssh/real/open.ts';
import { executorSettings } from '../executor-settings.ts';
import { targetOf } from '../targets.ts';

/** How many hosts are asked at the same time, how long one may take, and all together. */
const atOnce = 4;
const oneMs = 5_000;
const allMs = 30_000;

const mostTold = 5;

/** Whether every host lets the bot in. Throws a Fault that names those that do not, with the reason. */
export async function answering(inventory: Inventory, settings: Settings, signal: AbortSignal): Promise<Text> {
  const names = inventory.hosts().map(({ name }) => name);
  const ssh = createSsh({ log: silentLog });
  const late = AbortSignal.timeout(allMs);
  try {
    const silent = await silentOf(names, (name) =>
      ask(ssh, inventory, settings, name, AbortSignal.any([signal, late, AbortSignal.timeout(oneMs * 2)])),
    );
    if (silent.length > 0) throw notAnswering(names.length, silent);
    const count = names.length;
    return count === 1
      ? t('1 of 1 answers', '1 sur 1 répond')
      : t(`${count} of ${count} answer`, `${count} sur ${count} répondent`);
  } finally {
    await ssh.stop();
  }
}

interface Silent {
  readonly name: string;
  readonly why: Text;
}

/** Asks a few at a time, in their order. */
async function silentOf(
  names: readonly string[],
  why: (name: string) => Promise<Text | undefined>,
): Promise<readonly Silent[]> {
  const reasons = new Map<string, Text>();
  const waiting = names.values();
  const worker = async () => {
    for (const name of waiting) {
      const reason = await why(name);
      if (reason !== undefined) reasons.set(name, reason);
    }
  };
  await Promise.all(Array.from({ length: atOnce }, worker));
  return names.flatMap((name) => {
    const reason = reasons.get(name);
    return reason === undefined ? [] : [{ name, why: reason }];
  });
}

/** Why a host does not let the bot in; undefined when it does. */
async function ask(
  ssh: Ssh,
  inventory: Inventory,
  settings: Settings,
  name: string,
  signal: AbortSignal,
): Promise<Text | undefined> {
  try {
    const target = targetOf(inventory, name, executorSettings(settings).ssh);
    const connectTimeoutMs = Math.min(target.connectTimeoutMs, oneMs);
    await (await ssh.connect({ ...target, connectTimeoutMs }, signal)).close();
    return undefined;
  } catch (thrown) {
    if (signal.aborted) return t(`${name} gave no answer in time.`, `${name} n’a pas répondu à temps.`);
    return refusalOf(thrown)?.say ?? String(thrown);
  }
}

const notAnswering = (all: number, silent: readonly Silent[]): Fault => {
  const few = silent.slice(0, mostTold).map(({ why }) => join(['\n    ', why]));
  const more = silent.slice(mostTold).map(({ name }) => name);
  const names = silent.map(({ name }) => name).join(', ');
  const [en, fr] = silent.length === 1 ? ['does not answer', 'ne répond pas'] : ['do not answer', 'ne répondent pas'];
  return new Fault({
    code: 'doctor.hosts',
    say: join([
      t(`${silent.length} of ${all} ${en}: ${names}`, `${silent.length} sur ${all} ${fr} : ${names}`),
      ...few,
      ...(more.length > 0 ? ['\n    …'] : []),
    ]),
  });
};
