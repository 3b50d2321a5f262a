import type { Meanings } from './meaning.ts';

/** What keeps a host from being reached or worked on. */
export const ssh = {
  'ssh.auth': {
    means: 'The host does not let the user in with the keys at hand.',
    next: 'Add the public key to the user’s `authorized_keys` on the host, or set another user or key.',
  },
  'ssh.cancelled': { means: 'The work on the host was cancelled.' },
  'ssh.host_key_changed': {
    means: 'The host key is not the one that is known; nothing was sent.',
    next: 'If the host was really reinstalled, compare the new key on it, then run `bin/quarterdeck trust HOST`.',
  },
  'ssh.host_key_revoked': { means: 'The host key is revoked; nothing was sent.', next: 'Give the host a new key.' },
  'ssh.host_key_unknown': {
    means: 'The host key is not known; nothing was sent.',
    next: 'Compare it on the host, then run `bin/quarterdeck trust HOST`.',
  },
  'ssh.jump_loop': { means: 'The jump hosts lead in a circle.', next: 'Check `ProxyJump` in the inventory.' },
  'ssh.jump_unreadable': { means: 'A jump host cannot be read.', next: 'Write it as `user@host:port`.' },
  'ssh.key': { means: 'A private key cannot be used.' },
  'ssh.known_hosts': {
    means: 'The host key could not be noted.',
    next: 'Check the first file of `ssh.knownHosts`, its folder and its rights.',
  },
  'ssh.known_hosts_unreadable': {
    means: 'A file of known host keys cannot be read, and no other knows the host; nothing was sent.',
    next: 'Give the bot’s account the right to read it, or correct `ssh.knownHosts`.',
  },
  'ssh.lost': {
    means: 'The connection to the host broke.',
    next: 'Look at the host, then try again.',
    retryable: true,
  },
  'ssh.not_here': {
    means: 'The host is the bot’s own machine, where it runs nothing for playbooks.',
    next: 'Use `bin/quarterdeck run` in a terminal, or say in the inventory how to reach that machine by SSH.',
  },
  'ssh.quote_nul': {
    means: 'A value holds a NUL character, which no shell can receive.',
    next: 'Take it out of the value.',
  },
  'ssh.quote_surrogate': {
    means: 'A value holds half a character, which no shell can receive.',
    next: 'Take it out of the value.',
  },
  'ssh.shell': {
    means: 'The host gives no usable shell.',
    next: 'Check that `ssh USER@ADDRESS sh` works and that the host has memory and disk left.',
  },
  'ssh.sudo': {
    means: 'The user cannot become another by `sudo` without a password.',
    next: 'Allow it with `NOPASSWD` in the sudoers of the host.',
  },
  'ssh.timeout': {
    means: 'A script on the host took too long and was stopped.',
    next: 'Look at the host; give the step more time if it needs it.',
  },
  'ssh.transfer': {
    means: 'A file could not be transferred.',
    next: 'Check the folder, its rights and the free space.',
  },
  'ssh.unreachable': {
    means: 'The host cannot be reached.',
    next: 'Check that the host is up and that its address is right.',
    retryable: true,
  },
} as const satisfies Meanings<'ssh'>;
