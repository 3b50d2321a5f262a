import type { Meanings } from './meaning.ts';

/** What keeps Ansible's own engine from playing a playbook, or ends it. */
export const ansible = {
  'ansible.end_unknown': {
    means: 'Ansible was ended in the middle of a step: nobody saw its end.',
    next: 'Look at the host, then give the order again, as a whole.',
  },
  'ansible.failed': {
    means: 'Ansible broke off, or never began: its own words are in the sentence.',
    next: 'Correct the playbook, or Ansible’s installation.',
  },
  'ansible.host_name': {
    means: 'The name of a host may mean other hosts to Ansible.',
    next: 'Give the host a name of letters, digits and `. _ -` in the inventory.',
  },
  'ansible.not_foreseen': {
    means: 'Ansible’s check mode does not say what the step would do, or fails where the run may not.',
  },
  'ansible.not_installed': {
    means: 'A playbook is for Ansible’s own engine, and there is no `ansible-playbook`.',
    next: 'Install it, or name it under `ansible.program` of the configuration.',
  },
  'ansible.not_named': {
    means: 'The bot may not start Ansible for this playbook: that would let it run programs beside the bot’s keys.',
    next: 'Whoever runs the bot names the playbook under `ansible.playbooks` of the configuration.',
  },
  'ansible.not_usable': {
    means: '`ansible-playbook` does not even say which version it is.',
    next: 'Try `ansible-playbook --version` as the bot’s user.',
  },
  'ansible.too_much': {
    means: 'The playbooks folder holds too much to be copied for Ansible.',
    next: 'Put the playbooks into a folder of their own.',
  },
  'ansible.too_old': { means: '`ansible-playbook` is too old.', next: 'Install ansible-core 2.11 or newer.' },
  'ansible.unanswered': {
    means: 'A play asks for a variable, without a default, and was not told it.',
    next: 'Give it in the order: `name=value`.',
  },
  'ansible.whole': {
    means: 'A run by Ansible cannot be gone on with in the middle.',
    next: 'Give the order again, as a whole.',
  },
} as const satisfies Meanings<'ansible'>;
