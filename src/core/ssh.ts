/** How to reach a host: everything from the inventory and the `ssh` settings, nothing from chat. */
export interface SshTarget {
  readonly name: string;
  readonly address: string;
  readonly port: number;
  readonly user: string;
  /** Paths of private keys, tried in order. */
  readonly identityFiles: readonly string[];
  readonly agent: boolean;
  /** Jump hosts, first hop first. */
  readonly via: readonly SshTarget[];
  /** Paths of known_hosts files that vouch for it. */
  readonly knownHosts: readonly string[];
  readonly connectTimeoutMs: number;
  /** What `quarterdeck trust` calls it, when that is not its name: a jump host at another port, or under another name. */
  readonly trustAs?: string;
  /** It is this machine itself, reached without SSH; scripts begin in that folder. */
  readonly local?: { readonly folder: string };
}

/** How much of each output of a script is kept unless said otherwise, in bytes. */
export const usualOutputBytes = 4 * 1024 * 1024;

/** What a script left behind. `stdout` and `stderr` are cut to `maxOutputBytes`, keeping the end; `lost` counts the bytes cut. */
export interface ShellResult {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
  readonly lost: number;
}

export interface ShellOptions {
  readonly signal: AbortSignal;
  readonly timeoutMs: number;
  readonly maxOutputBytes?: number;
  readonly stdin?: string | Buffer;
  /** Called as output arrives, for live logs. */
  readonly onOutput?: (chunk: string, stream: 'stdout' | 'stderr') => void;
}

/**
 * Why a connection or a remote shell went away, in `details.reason` of the fault `ssh.lost`: the host fell `silent`, the
 * connection was `cut` or `closed` by us, the remote `shell` alone ended, the host does not keep to what our shells say
 * (`strange`), or a script did not let itself be stopped (`stuck`).
 */
export type LossReason = 'silent' | 'cut' | 'closed' | 'shell' | 'strange' | 'stuck';

/**
 * A persistent POSIX `sh` on the host, no pseudo-terminal, LC_ALL=C.UTF-8 or C. Scripts run one after the other, each
 * in its own subshell and its own process group, so that one cannot change the next; abort kills the group.
 * Throws Faults: `ssh.lost` (the connection broke while the script ran: its effect is unknown), `ssh.timeout`,
 * `ssh.cancelled`.
 */
export interface Shell {
  run(script: string, options: ShellOptions): Promise<ShellResult>;
}

export interface TransferOptions {
  readonly signal: AbortSignal;
  readonly mode?: number;
  readonly onProgress?: (bytes: number) => void;
}

/** One connection per host. */
export interface Connection {
  readonly target: SshTarget;
  /** The login user's shell, or another user's by `sudo -n` (Fault `ssh.sudo` when sudo asks for a password or refuses). */
  shell(become?: { readonly user: string }): Promise<Shell>;
  /** Writes the remote file as the login user: a temporary name, then a rename. Content is a buffer or a local path. */
  upload(content: Buffer | { readonly path: string }, remotePath: string, options: TransferOptions): Promise<void>;
  download(remotePath: string, localPath: string, options: TransferOptions): Promise<void>;
  /**
   * False when the key that its host, or a jump host on the way, showed is no longer known, or is revoked by now: what
   * vouched for it has changed since.
   */
  stillKnown(): Promise<boolean>;
  /** Aborted, with the Fault as its reason, when the connection dies. */
  readonly lost: AbortSignal;
  close(): Promise<void>;
}

/**
 * Opens connections. Faults: `ssh.unreachable` (retryable; refused, timed out, died), `ssh.host_key_unknown`,
 * `ssh.host_key_changed`, `ssh.auth`, `ssh.key` (a key file that cannot be used).
 */
export interface Ssh {
  connect(target: SshTarget, signal: AbortSignal): Promise<Connection>;
  /** The key a host shows, for `quarterdeck trust`: nothing is trusted by asking. */
  scan(target: SshTarget, signal: AbortSignal): Promise<readonly HostKey[]>;
  stop(): Promise<void>;
}

/** A host's public key; `fingerprint` as OpenSSH prints it (`SHA256:…`). */
export interface HostKey {
  readonly type: string;
  readonly base64: string;
  readonly fingerprint: string;
}

/** Quotes one value for a POSIX shell, so that it means itself. The only such function; the room `ssh` provides it. */
export type Quote = (value: string) => string;
