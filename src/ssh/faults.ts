import { homedir } from 'node:os';
import { Fault, type Refusal } from '#core/errors.ts';
import { notHere as botsMachine } from '#core/hosts.ts';
import type { LossReason, SshTarget } from '#core/ssh.ts';
import { join, type Text, t } from '#core/text.ts';

type Where = Pick<SshTarget, 'name' | 'address' | 'port' | 'user' | 'trustAs'>;

const trusting = (at: Where): string => `bin/quarterdeck trust ${at.trustAs ?? at.name}`;
const place = (at: Where): string => `${at.name} (${at.address}:${at.port})`;
const fault = (refusal: Refusal, cause?: unknown): Fault => new Fault(refusal, cause === undefined ? {} : { cause });

/** Why a host could not be reached; `why` completes the sentence. */
export const unreachable = (at: Where, why: Text, cause?: unknown): Fault =>
  fault(
    {
      code: 'ssh.unreachable',
      say: join([t(`${place(at)} is unreachable: `, `${place(at)} est injoignable : `), why, '.']),
      next: t(
        'Check that the host is up and that its address is right.',
        'Vérifiez que l’hôte est allumé et que son adresse est juste.',
      ),
      retryable: true,
      details: { host: at.name },
    },
    cause,
  );

/** The bot does nothing on its own machine. */
export const notHere = (at: Where): Fault => new Fault(botsMachine(at.name));

/** Why a connection or a remote shell went away: for programs, and in words that complete a sentence. */
export interface Loss {
  readonly reason: LossReason;
  readonly why: Text;
}

/** The losses there are. */
export const losses = {
  cut: { reason: 'cut', why: t('the connection was cut', 'la connexion a été coupée') },
  silent: { reason: 'silent', why: t('it answers no more', 'il ne répond plus') },
  closed: { reason: 'closed', why: t('it was closed', 'elle a été fermée') },
  strange: { reason: 'strange', why: t('it does not speak as expected', 'il ne parle pas comme attendu') },
  shell: { reason: 'shell', why: t('its remote shell ended', 'son shell distant s’est terminé') },
  stuck: { reason: 'stuck', why: t('it could not be stopped', 'il n’a pas pu être arrêté') },
} as const satisfies Readonly<Record<LossReason, Loss>>;

/** What a lost connection says of itself: closed by us, or the host is not reached any more. */
export const died = (at: Where, loss: Loss): Fault =>
  loss.reason === 'closed' ? lost(at, false, loss) : unreachable(at, loss.why);

/** The connection or the remote shell went away; `began` says whether a script was under way, whose effect is then unknown. */
export const lost = (at: Where, began: boolean, { reason, why }: Loss): Fault =>
  fault({
    code: 'ssh.lost',
    say: began
      ? join([
          t(
            `The connection to ${at.name} broke while a script ran (`,
            `La connexion à ${at.name} s’est rompue pendant un script (`,
          ),
          why,
          t('): its effect is unknown.', ') : son effet est inconnu.'),
        ])
      : join([t(`The connection to ${at.name} broke: `, `La connexion à ${at.name} s’est rompue : `), why, '.']),
    next: t('Look at the host, then try again.', 'Regardez l’hôte, puis réessayez.'),
    retryable: true,
    details: { host: at.name, began, reason },
  });

/** A script took longer than it may and was killed. */
export const timedOut = (at: Where, timeoutMs: number): Fault =>
  fault({
    code: 'ssh.timeout',
    say: t(
      `A script on ${at.name} took more than ${timeoutMs / 1000} s and was stopped.`,
      `Un script sur ${at.name} a duré plus de ${timeoutMs / 1000} s et a été arrêté.`,
    ),
    next: t(
      'Look at the host; give the step more time if it needs it.',
      'Regardez l’hôte ; donnez plus de temps à l’étape s’il en faut.',
    ),
    details: { host: at.name },
  });

/** Somebody, or a stop of the bot, cancelled it. */
export const cancelled = (at: Where): Fault =>
  fault({
    code: 'ssh.cancelled',
    say: t(`The work on ${at.name} was cancelled.`, `Le travail sur ${at.name} a été annulé.`),
    details: { host: at.name },
  });

/** No known_hosts file vouches for the host. */
export const hostKeyUnknown = (at: Where, shown: string): Fault =>
  fault({
    code: 'ssh.host_key_unknown',
    // One sentence with the way out: where a step of a run tells it, in chat, there is room for no second.
    say: t(
      `The host key of ${place(at)} is not known: it shows ${shown}. Compare it on the host, then type: ${trusting(at)}`,
      `La clé d’hôte de ${place(at)} n’est pas connue : il montre ${shown}. Comparez-la sur l’hôte, puis tapez : ${trusting(at)}`,
    ),
    details: { host: at.name, shown },
  });

/** The host shows another key than the known one: perhaps another machine answers in its place. */
export const hostKeyChanged = (at: Where, shown: string, known: readonly string[]): Fault =>
  fault({
    code: 'ssh.host_key_changed',
    say: t(
      `The host key of ${place(at)} has changed: it shows ${shown}, known is ${known.join(' or ')}. Nothing was sent.`,
      `La clé d’hôte de ${place(at)} a changé : il montre ${shown}, la clé connue est ${known.join(' ou ')}. Rien n’a été envoyé.`,
    ),
    next: t(
      `If the host was really reinstalled, compare the new key on it, then type: ${trusting(at)}`,
      `Si l’hôte a vraiment été réinstallé, comparez-y la nouvelle clé, puis tapez : ${trusting(at)}`,
    ),
    details: { host: at.name, shown, known },
  });

/** A host key could not be written down. */
export const notNoted = (file: string, cause: unknown): Fault =>
  fault(
    {
      code: 'ssh.known_hosts',
      say: t(
        `The host key could not be noted in ${file}: ${plainCause(cause)}.`,
        `La clé d’hôte n’a pas pu être notée dans ${file} : ${plainCause(cause)}.`,
      ),
      next: t(
        'Check the first file of ssh.knownHosts, its folder and its rights.',
        'Vérifiez le premier fichier de ssh.knownHosts, son dossier et ses droits.',
      ),
      details: { file },
    },
    cause,
  );

/** A known_hosts file cannot be read, and nothing else vouches for the host. */
export const knownHostsUnreadable = (file: string, cause: unknown): Fault =>
  fault(
    {
      code: 'ssh.known_hosts_unreadable',
      say: t(
        `The file ${file}, which says whose host keys are known, cannot be read: ${plainCause(cause)}.`,
        `Le fichier ${file}, qui dit quelles clés d’hôtes sont connues, ne peut pas être lu : ${plainCause(cause)}.`,
      ),
      next: t(
        'Give the bot’s account the right to read it, or correct ssh.knownHosts.',
        'Donnez au compte du bot le droit de le lire, ou corrigez ssh.knownHosts.',
      ),
      details: { file },
    },
    cause,
  );

/** The host shows a key marked `@revoked`. */
export const hostKeyRevoked = (at: Where, shown: string): Fault =>
  fault({
    code: 'ssh.host_key_revoked',
    say: t(
      `The host key of ${place(at)} is revoked: ${shown}. Nothing was sent.`,
      `La clé d’hôte de ${place(at)} est révoquée : ${shown}. Rien n’a été envoyé.`,
    ),
    next: t('Give the host a new key.', 'Donnez une nouvelle clé à l’hôte.'),
    details: { host: at.name, shown },
  });

/** The same when somebody wants to trust the host. */
export const revokedNotTrusted = (at: Where, shown: readonly string[]): Fault =>
  fault({
    code: 'ssh.host_key_revoked',
    say: t(
      `The host key of ${place(at)} is revoked: ${shown.join(', ')}. Nothing was trusted.`,
      `La clé d’hôte de ${place(at)} est révoquée : ${shown.join(', ')}. Rien n’a été reconnu.`,
    ),
    next: t('Give the host a new key.', 'Donnez une nouvelle clé à l’hôte.'),
    details: { host: at.name, shown },
  });

/** The host accepted none of our keys; `leftOut` says why others were not even offered. */
export const notLetIn = (
  at: Where,
  tried: readonly string[],
  leftOut: readonly Refusal[] = [],
  cause?: unknown,
): Fault =>
  fault(
    {
      code: 'ssh.auth',
      say: join(
        [
          t(
            `${place(at)} does not let ${at.user} in with the keys at hand (${tried.join(', ') || 'none'}).`,
            `${place(at)} ne laisse pas entrer ${at.user} avec les clés disponibles (${tried.join(', ') || 'aucune'}).`,
          ),
          ...leftOut.map(({ say }) => say),
        ],
        ' ',
      ),
      next:
        leftOut[0]?.next ??
        t(
          `Add the public key to ~${at.user}/.ssh/authorized_keys on the host, or set another user or key.`,
          `Ajoutez la clé publique à ~${at.user}/.ssh/authorized_keys sur l’hôte, ou changez d’utilisateur ou de clé.`,
        ),
      details: { host: at.name, user: at.user },
    },
    cause,
  );

/** A key file cannot be used; `why` is for programs. */
export const badKey = (
  { path, why }: { readonly path: string; readonly why: string },
  because: Text,
  next: Text,
  cause?: unknown,
): Fault =>
  fault(
    {
      code: 'ssh.key',
      say: join([t(`The key ${path} cannot be used: `, `La clé ${path} est inutilisable : `), because, '.']),
      next,
      details: { path, why },
    },
    cause,
  );

const fromHome = (path: string): string =>
  path.startsWith(`${homedir()}/`) ? `~${path.slice(homedir().length)}` : path;

/** None of the keys that are looked for is there, and no agent to ask. */
export const noKey = (paths: readonly string[]): Fault => {
  const names = paths.map(fromHome).join(', ');
  return fault({
    code: 'ssh.key',
    say: t(
      `There is no key: none of ${names} is there, and no agent.`,
      `Il n’y a pas de clé : rien parmi ${names}, et pas d’agent.`,
    ),
    next: t(
      'Make one with `ssh-keygen -t ed25519`, name one under `ssh.identityFiles` in the configuration, or start an SSH agent.',
      'Créez-en une avec `ssh-keygen -t ed25519`, nommez-en une sous `ssh.identityFiles` dans la configuration, ou lancez un agent SSH.',
    ),
    details: { why: 'absent' },
  });
};

/** The end of what was said, from the beginning of a line: half of a word is not known for a secret. */
const lastLines = (said: string): string => {
  const end = said.slice(-500);
  return end.length < said.length ? end.slice(end.indexOf('\n') + 1 || end.length) : end;
};

/** `sudo -n` gave no shell. */
export const sudoRefused = (at: Where, user: string, stderr: string): Fault =>
  fault({
    code: 'ssh.sudo',
    say: t(
      `${at.name}: ${at.user} cannot become ${user} by sudo without a password.`,
      `${at.name} : ${at.user} ne peut pas devenir ${user} par sudo sans mot de passe.`,
    ),
    next: t(
      `Allow it with NOPASSWD in the sudoers of ${at.name}.`,
      `Autorisez-le par NOPASSWD dans les sudoers de ${at.name}.`,
    ),
    details: { host: at.name, user, stderr: lastLines(stderr) },
  });

/** The host gave no usable shell, or could not start a script. */
export const noShell = (at: Where, stderr: string): Fault =>
  fault({
    code: 'ssh.shell',
    say: t(`${at.name} gives no usable shell.`, `${at.name} ne donne pas de shell utilisable.`),
    next: t(
      `Check that “ssh ${at.user}@${at.address} sh” works and that the host has memory and disk left.`,
      `Vérifiez que « ssh ${at.user}@${at.address} sh » fonctionne et que l’hôte a encore mémoire et disque.`,
    ),
    details: { host: at.name, stderr: lastLines(stderr) },
  });

/** A file could not be sent or fetched. */
export const transferFailed = (at: Where, path: string, why: string, cause?: unknown): Fault =>
  fault(
    {
      code: 'ssh.transfer',
      say: t(
        `The transfer of ${path} with ${at.name} failed: ${why}.`,
        `Le transfert de ${path} avec ${at.name} a échoué : ${why}.`,
      ),
      next: t('Check the folder, its rights and the free space.', 'Vérifiez le dossier, ses droits et la place libre.'),
      details: { host: at.name, path },
    },
    cause,
  );

/** A system error's short name (`ENOSPC`), which says what without saying where. */
export const plainCause = (cause: unknown): string =>
  cause instanceof Error && 'code' in cause ? String(cause.code) : cause instanceof Error ? cause.message : 'unknown';
