import { splitWords } from '../words/split.ts';

/** What arguments of OpenSSH's `ssh` say about reaching a host. */
export interface SshArguments {
  /** Jump hosts, first hop first, as written: `[user@]host[:port]`. */
  readonly jumps?: readonly string[];
  readonly user?: string;
  readonly port?: string;
  readonly identityFile?: string;
  /** Only the keys that are named, none of an agent's. */
  readonly identitiesOnly?: boolean;
  readonly knownHosts?: string;
}

/** A word that is not understood, as written. */
export interface NotUnderstood {
  readonly word: string;
}

/**
 * Options about which there is nothing to do here: connections are shared and watched anyway, and a host's key is always
 * checked, whatever `StrictHostKeyChecking` says.
 */
const without = new Set(
  [
    'AddKeysToAgent AddressFamily BatchMode CheckHostIP Ciphers Compression ConnectionAttempts ConnectTimeout',
    'ControlMaster ControlPath ControlPersist ForwardAgent ForwardX11 ForwardX11Trusted GlobalKnownHostsFile',
    'GSSAPIAuthentication GSSAPIDelegateCredentials HashKnownHosts HostKeyAlgorithms HostbasedAuthentication IPQoS',
    'KbdInteractiveAuthentication KexAlgorithms LogLevel MACs NumberOfPasswordPrompts PasswordAuthentication',
    'PreferredAuthentications PubkeyAcceptedAlgorithms PubkeyAcceptedKeyTypes PubkeyAuthentication RequestTTY',
    'ServerAliveCountMax ServerAliveInterval StrictHostKeyChecking TCPKeepAlive UpdateHostKeys VerifyHostKeyDNS',
    'VisualHostKey',
  ].flatMap((line) => line.toLowerCase().split(' ')),
);

const flags = /^-(?:[46aACkKnNqTvxX]|tt?|vv+)$/;
const jumpPattern = /^(?!-)(?:[\w.-]+@)?(?!-)(?:[\w.-]+|\[[0-9a-fA-F:.]+\])(?::\d{1,5})?$/;
const letters: Readonly<Record<string, string>> = { J: 'ProxyJump', i: 'IdentityFile', l: 'User', p: 'Port' };

const readers: Readonly<Record<string, (value: string) => SshArguments | undefined>> = {
  proxyjump: (value) => {
    const jumps = value.toLowerCase() === 'none' ? [] : value.split(',');
    return jumps.every((jump) => jumpPattern.test(jump)) ? { jumps } : undefined;
  },
  proxycommand: (value) => (value.toLowerCase() === 'none' ? {} : jumpOfCommand(value)),
  identityfile: (value) => ({ identityFile: value }),
  identitiesonly: (value) => ({ identitiesOnly: value.toLowerCase() === 'yes' }),
  user: (value) => (/^[\w.@\\-]+$/.test(value) && !value.startsWith('-') ? { user: value } : undefined),
  port: (value) => (/^\d{1,5}$/.test(value) ? { port: value } : undefined),
  userknownhostsfile: (value) => (value === '/dev/null' || value.toLowerCase() === 'none' ? {} : { knownHosts: value }),
};

/** `ssh -W %h:%p … jump`, the usual way to write a jump host before ProxyJump; undefined for any other command. */
function jumpOfCommand(command: string): SshArguments | undefined {
  const words = splitWords(command) ?? [];
  if (!/^(?:\/usr\/bin\/)?ssh$/.test(words[0] ?? '')) return undefined;
  const at = words.indexOf('-W');
  if (at < 0 || !/^\[?%h\]?:%p$/.test(words[at + 1] ?? '')) return undefined;
  const host = words.at(-1) ?? '';
  const inner = words.slice(1, -1).filter((_, index) => index + 1 !== at && index + 1 !== at + 1);
  const said = readWords(inner);
  if ('word' in said || said.jumps !== undefined || said.identityFile !== undefined || !jumpPattern.test(host))
    return undefined;
  const user = said.user === undefined || host.includes('@') ? '' : `${said.user}@`;
  const port = said.port === undefined || /:\d+$/.test(host) ? '' : `:${said.port}`;
  return { jumps: [`${user}${host}${port}`] };
}

/** One option with its value; undefined when it is not understood. */
function readOption(name: string, value: string): SshArguments | undefined {
  const key = name.toLowerCase();
  const reader = Object.hasOwn(readers, key) ? readers[key] : undefined;
  if (reader) return reader(value);
  return without.has(key) ? {} : undefined;
}

/** The words of `ssh`'s arguments, a host's name left out. */
function readWords(words: readonly string[]): SshArguments | NotUnderstood {
  let said: SshArguments = {};
  const queue = words.values();
  for (const word of queue) {
    if (flags.test(word)) continue;
    const [, letter = '', attached = ''] = /^-([oJilp])(.*)$/s.exec(word) ?? [];
    if (letter === '') return { word };
    const value = attached === '' ? (queue.next().value ?? '') : attached;
    const [, name = '', given = ''] =
      letter === 'o' ? (/^(\w+)(?:\s*=\s*|\s+)(.+)$/s.exec(value.trim()) ?? []) : ['', letters[letter], value];
    const one = name === '' ? undefined : readOption(name, given.trim());
    if (one === undefined) return { word: attached === '' ? `${word} ${value}` : word };
    said = { ...said, ...one, ...(one.jumps && said.jumps ? { jumps: [...said.jumps, ...one.jumps] } : {}) };
  }
  return said;
}

/** What `ansible_ssh_common_args` and its like say; the first word that is not understood. */
export function readSshArguments(text: string): SshArguments | NotUnderstood {
  const words = splitWords(text);
  return words === undefined ? { word: text } : readWords(words);
}
