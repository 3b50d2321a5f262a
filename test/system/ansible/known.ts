/** Differences that stay, and that no case can show because the playbook is refused, or because it is how we work. */
export const knownDifferences: readonly { readonly what: string; readonly why: string }[] = [
  {
    what: 'Nothing is run on the controller: no `connection: local`, no host `localhost` unless the inventory says how to reach it by SSH',
    why: 'the controller is the bot, which holds everybody’s keys',
  },
  {
    what: '`ansible_check_mode` is always false',
    why: 'a plan says what a run will do, so to the playbook it is a run; steps that leave themselves out in check mode would be no part of the plan',
  },
  {
    what: 'Facts are gathered once per host, and only when something uses one; the recap counts the gathering as Ansible does',
    why: 'each gathering is a round trip',
  },
  {
    what: '`~/.ansible/tmp` is not made on hosts',
    why: 'nothing is copied there to be run',
  },
  {
    what: 'A file that `copy` or `template` makes as another unprivileged user has the mode its umask gives (0644); Ansible’s has 0604 where `setfacl` is installed',
    why: 'theirs is left over from the access list of a temporary file',
  },
  {
    what: 'Handlers cannot be blocks',
    why: 'they are named and notified one by one',
  },
];
