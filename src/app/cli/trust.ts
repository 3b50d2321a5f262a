import { userInfo } from 'node:os';
import { createInterface } from 'node:readline/promises';
import type { AuditAction } from '#core/audit.ts';
import { Fault } from '#core/errors.ts';
import { silentLog } from '#core/log.ts';
import type { HostKey, SshTarget } from '#core/ssh.ts';
import { inLanguage, join, type Text, t } from '#core/text.ts';
import { revokedNotTrusted } from '#ssh/faults.ts';
import { keysOf, trustHost } from '#ssh/known-hosts.ts';
import { createSsh } from '#ssh/real/open.ts';
import { executorSettings, knownHostsOf } from '../executor-settings.ts';
import { readInventory } from '../inventory.ts';
import { pathsIn } from '../paths.ts';
import { trustTarget } from '../targets.ts';
import { readArguments, settingsFor } from './arguments.ts';
import { type KeyStanding, standingOf } from './host-keys.ts';
import { orDemo } from './or-demo.ts';
import { withStore } from './store.ts';
import { type CliCommand, exit, type Terminal, Usage } from './terminal.ts';

const noKeys = (host: string): Fault =>
  new Fault({ code: 'trust.no_key', say: t(`${host} showed no host key.`, `${host} n’a montré aucune clé d’hôte.`) });

const nobodyToAsk = t(
  'Nobody to ask here: add --fingerprint SHA256:… once you have compared it on the host.',
  'Personne à qui demander ici : ajoutez --fingerprint SHA256:… après l’avoir comparée sur l’hôte.',
);
const nobodyToAskOfChange = t(
  'Nobody to ask here: once you know why it changed, add --fingerprint and the new one, --replaces and the old one.',
  'Personne à qui demander ici : une fois la raison connue, ajoutez --fingerprint et la nouvelle, --replaces et l’ancienne.',
);
const question = t(
  'Trust it? Compare it on the host first. [y/N] ',
  'Lui faire confiance ? Comparez-la d’abord sur l’hôte. [o/N] ',
);

interface Asked {
  readonly host: string;
  readonly fingerprint?: string | undefined;
  readonly replaces?: string | undefined;
}

/** What a person at the terminal answers; undefined when nobody sits there. */
async function answerTo(what: Text, otherwise: Text, terminal: Terminal): Promise<string | undefined> {
  if (!process.stdin.isTTY) {
    terminal.error(otherwise);
    return undefined;
  }
  const lines = createInterface({ input: process.stdin, output: process.stdout });
  try {
    return (await lines.question(inLanguage(what, terminal.language), { signal: terminal.signal })).trim();
  } finally {
    lines.close();
  }
}

/** The keys a person vouches for: the one named by its fingerprint, or all that were shown, by a yes. */
async function agreed(standing: KeyStanding, asked: Asked, terminal: Terminal): Promise<readonly HostKey[]> {
  if (standing.kind === 'known') return [];
  if (standing.kind === 'changed') return agreedToChange(standing, asked, terminal);
  // Whoever answers in the host's place can show the host's own key beside one of theirs: a showing proves nothing.
  if (asked.fingerprint !== undefined) return standing.keys;
  return /^(?:y|yes|o|oui)$/i.test((await answerTo(question, nobodyToAsk, terminal)) ?? '') ? standing.keys : [];
}

/** A key in another's place wants more than a yes: the host's name, or both fingerprints. */
async function agreedToChange(
  { keys, old }: KeyStanding & { readonly kind: 'changed' },
  { host, fingerprint, replaces }: Asked,
  terminal: Terminal,
): Promise<readonly HostKey[]> {
  if (fingerprint !== undefined && old.some((key) => key.fingerprint === replaces)) return keys;
  const sure = t(
    `Reinstalled, and compared on the host? Type ${host} to replace the key: `,
    `Réinstallé, et comparée sur l’hôte ? Tapez ${host} pour remplacer la clé : `,
  );
  return (await answerTo(sure, nobodyToAskOfChange, terminal)) === host ? keys : [];
}

async function record(data: string, target: SshTarget, keys: readonly HostKey[], old: readonly HostKey[]) {
  const fingerprints = keys.map((key) => key.fingerprint);
  const replaced = old.length === 0 ? {} : { replaced: old.map((key) => key.fingerprint) };
  const { name: host, address, port } = target;
  const details = { account: userInfo().username, host, address, port, fingerprints, ...replaced };
  await withStore(data, (store) =>
    store.audit.append({ actor: 'service:command-line', action: 'host.trusted' satisfies AuditAction, details }),
  );
}

/** What the host shows; when that is not what is known of it, this comes first and loudest. */
function show(target: SshTarget, shown: readonly HostKey[], known: readonly HostKey[], terminal: Terminal): void {
  const { name } = target;
  const standing = standingOf(shown, known, undefined);
  const lines = (keys: readonly HostKey[]) =>
    keys.map((key) => terminal.out(`  ${key.type.padEnd(20)} ${key.fingerprint}`));
  if (standing.kind === 'changed') {
    terminal.out(t(`THE KEY OF ${name} HAS CHANGED`, `LA CLÉ DE ${name} A CHANGÉ`));
    terminal.out(
      t(
        'Unless it was reinstalled, another machine may be answering in its place.\nKnown until now:',
        'S’il n’a pas été réinstallé, une autre machine répond peut-être à sa place.\nConnue jusqu’ici :',
      ),
    );
    lines(standing.old);
  }
  const place = `${name} (${target.address} port ${target.port})`;
  terminal.out(t(`${place} shows:`, `${place} montre :`));
  lines(shown);
}

const stillVouched = (old: readonly HostKey[], files: readonly string[]): Text =>
  t(
    `The old key still counts as known (${old.map((key) => key.fingerprint).join(', ')}): remove its line from ${files.join(' or ')}.`,
    `L’ancienne clé reste connue (${old.map((key) => key.fingerprint).join(', ')}) : retirez sa ligne de ${files.join(' ou ')}.`,
  );

/** Notes the keys, and says when another line, or another file, still vouches for an old one. */
async function note(file: string, target: SshTarget, keys: readonly HostKey[], old: readonly HostKey[], at: Terminal) {
  await trustHost(file, target, keys);
  const { known } = await keysOf(target.knownHosts, target);
  const left = old.filter((key) => known.some((one) => one.base64 === key.base64));
  if (left.length > 0) at.error(stillVouched(left, target.knownHosts));
}

/** A host that shows a revoked key is not trusted at all, whatever else it shows: whoever has that key may be answering. */
function refuseRevoked(target: SshTarget, shown: readonly HostKey[], revoked: readonly HostKey[]): void {
  const bad = shown.filter((key) => revoked.some((one) => one.base64 === key.base64));
  if (bad.length > 0)
    throw revokedNotTrusted(
      target,
      bad.map((key) => `${key.type} ${key.fingerprint}`),
    );
}

/** That nothing was trusted, and why where the fingerprint that was named is none of those shown. */
function notTrusted(host: string, shown: readonly HostKey[], named: string | undefined): Text {
  const nothing = t('Nothing was trusted.', 'Rien n’a été reconnu.');
  if (named === undefined || shown.some(({ fingerprint }) => fingerprint === named)) return nothing;
  const differs = t(
    `${host} shows no key with the fingerprint ${named}.`,
    `${host} ne montre aucune clé d’empreinte ${named}.`,
  );
  return join([differs, nothing], ' ');
}

/** `quarterdeck trust`: shows a host's key and, on a person's word, notes it as known. */
export const trust: CliCommand = {
  usage: t(
    'trust HOST [--fingerprint SHA256:… [--replaces SHA256:…]]',
    'trust HÔTE [--fingerprint SHA256:… [--replaces SHA256:…]]',
  ),
  about: t('Show the key of a new host and trust it', 'Montrer la clé d’un nouvel hôte et lui faire confiance'),
  async run(args, terminal) {
    const { values, positionals } = readArguments(
      args,
      { fingerprint: { type: 'string' }, replaces: { type: 'string' } },
      1,
    );
    const [host] = positionals;
    if (host === undefined)
      throw new Usage(
        t(
          'Name one host of the inventory, or a jump host of one.',
          'Nommez un hôte de l’inventaire, ou un hôte de rebond.',
        ),
      );
    const settings = orDemo((await settingsFor(values.config, terminal)).settings);
    const inventory = await readInventory(settings);
    if (!inventory.ok) throw new Fault(inventory.refusal);
    const target = trustTarget(inventory.value, host, executorSettings(settings).ssh);
    const shown = await scan(target, terminal.signal);
    const { known, revoked } = await keysOf(target.knownHosts, target);
    const standing = standingOf(shown, known, values.fingerprint);
    show(target, shown, known, terminal);
    refuseRevoked(target, shown, revoked);
    if (standing.kind === 'known') {
      terminal.out(t(`${host} is already trusted.`, `${host} est déjà reconnu.`));
      return exit.done;
    }
    const trusted = await agreed(standing, { host, ...values }, terminal);
    if (trusted.length === 0) {
      terminal.error(notTrusted(host, shown, values.fingerprint));
      return exit.failed;
    }
    const old = standing.kind === 'changed' ? standing.old : [];
    await record(settings.data, target, trusted, old); // before it is trusted: no record, no trust
    const [file = pathsIn(settings.data).knownHosts] = knownHostsOf(settings);
    await note(file, target, trusted, old, terminal);
    terminal.out(t(`${host} is trusted now.`, `${host} est reconnu maintenant.`));
    return exit.done;
  },
};

async function scan(target: SshTarget, signal: AbortSignal): Promise<readonly HostKey[]> {
  const ssh = createSsh({ log: silentLog });
  try {
    const keys = await ssh.scan(target, signal);
    if (keys.length === 0) throw noKeys(target.name);
    return keys;
  } finally {
    await ssh.stop();
  }
}
