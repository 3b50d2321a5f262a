import { createInterface } from 'node:readline/promises';
import type { AuditAction } from '#core/audit.ts';
import { Fault } from '#core/errors.ts';
import { silentLog } from '#core/log.ts';
import type { HostKey, SshTarget } from '#core/ssh.ts';
import { inLanguage, t } from '#core/text.ts';
import { trustHost } from '#ssh/known-hosts.ts';
import { createSsh } from '#ssh/real/open.ts';
import { executorSettings, knownHostsOf } from '../executor-settings.ts';
import { readInventory } from '../inventory.ts';
import { pathsIn } from '../paths.ts';
import { targetOf } from '../targets.ts';
import { readArguments, settingsFor } from './arguments.ts';
import { orDemo } from './or-demo.ts';
import { withStore } from './store.ts';
import { type CliCommand, exit, type Terminal, Usage } from './terminal.ts';

const noKeys = (host: string): Fault =>
  new Fault({ code: 'trust.no_key', say: t(`${host} showed no host key.`, `${host} n’a montré aucune clé d’hôte.`) });

const nobodyToAsk = t(
  'Nobody to ask here: add --fingerprint SHA256:… once you have compared it on the host.',
  'Personne à qui demander ici : ajoutez --fingerprint SHA256:… après l’avoir comparée sur l’hôte.',
);
const question = t(
  'Trust it? Compare it on the host first. [y/N] ',
  'Lui faire confiance ? Comparez-la d’abord sur l’hôte. [o/N] ',
);

/** The keys a person vouches for: the one named by its fingerprint, or all that were shown, by a yes. */
async function agreed(
  keys: readonly HostKey[],
  wanted: string | undefined,
  terminal: Terminal,
): Promise<readonly HostKey[]> {
  // Whoever answers in the host's place can show the host's own key beside one of theirs: a showing proves nothing.
  if (wanted !== undefined) return keys.filter((key) => key.fingerprint === wanted);
  if (!process.stdin.isTTY) {
    terminal.error(nobodyToAsk);
    return [];
  }
  const lines = createInterface({ input: process.stdin, output: process.stdout });
  try {
    const answer = await lines.question(inLanguage(question, terminal.language), { signal: terminal.signal });
    return /^(?:y|yes|o|oui)$/i.test(answer) ? keys : [];
  } finally {
    lines.close();
  }
}

async function record(data: string, target: SshTarget, keys: readonly HostKey[]): Promise<void> {
  const details = { host: target.name, address: target.address, fingerprints: keys.map((key) => key.fingerprint) };
  await withStore(data, (store) =>
    store.audit.append({ actor: 'service:command-line', action: 'host.trusted' satisfies AuditAction, details }),
  );
}

/** `quarterdeck trust`: shows a host's key and, on a person's word, notes it as known. */
export const trust: CliCommand = {
  usage: t('trust HOST [--fingerprint SHA256:…]', 'trust HÔTE [--fingerprint SHA256:…]'),
  about: t('Show the key of a new host and trust it', 'Montrer la clé d’un nouvel hôte et lui faire confiance'),
  async run(args, terminal) {
    const { values, positionals } = readArguments(args, { fingerprint: { type: 'string' } }, 1);
    const [host] = positionals;
    if (host === undefined) throw new Usage(t('Name one host of the inventory.', 'Nommez un hôte de l’inventaire.'));
    const settings = orDemo((await settingsFor(values.config, terminal)).settings);
    const inventory = await readInventory(settings);
    if (!inventory.ok) throw new Fault(inventory.refusal);
    const target = targetOf(inventory.value, host, executorSettings(settings).ssh);
    const ssh = createSsh({ log: silentLog });
    try {
      const keys = await ssh.scan(target, terminal.signal);
      if (keys.length === 0) throw noKeys(host);
      terminal.out(
        t(
          `${host} (${target.address} port ${target.port}) shows:`,
          `${host} (${target.address} port ${target.port}) montre :`,
        ),
      );
      for (const key of keys) terminal.out(`  ${key.type.padEnd(20)} ${key.fingerprint}`);
      const trusted = await agreed(keys, values.fingerprint, terminal);
      if (trusted.length === 0) {
        terminal.error(t('Nothing was trusted.', 'Rien n’a été reconnu.'));
        return exit.failed;
      }
      await record(settings.data, target, trusted); // before it is trusted: no record, no trust
      const [file = pathsIn(settings.data).knownHosts] = knownHostsOf(settings);
      await trustHost(file, target, trusted);
      terminal.out(t(`${host} is trusted now.`, `${host} est reconnu maintenant.`));
      return exit.done;
    } finally {
      await ssh.stop();
    }
  },
};
