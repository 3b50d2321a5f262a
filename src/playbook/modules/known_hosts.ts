import { type EditArgs, editing } from './edit/edit.ts';
import type { TargetState } from './edit/target.ts';
import { editHosts, type HostWish, prepareHost } from './known_hosts/change.ts';
import type { Module } from './module.ts';

const editor = editing<HostWish>({
  name: 'known_hosts',
  args: {},
  prepare: prepareHost,
  edit: editHosts,
  followsLinks: () => false,
  result: ({ path, now }) => ({ path, ...now }),
});

/** Which keys ssh believes of a host. */
export const knownHosts: Module<EditArgs<HostWish>, TargetState> = {
  ...editor,
  args: {
    name: { type: 'str', required: true, aliases: ['host'] },
    key: { type: 'str' },
    path: { type: 'path', default: '~/.ssh/known_hosts' },
    hash_host: { type: 'bool', default: false },
    state: { type: 'str', default: 'present', choices: ['absent', 'present'] },
  },
  interpreted: {},
  plan: (args, state) => {
    const plan = editor.plan(args, state);
    const { msg, ...result } = plan.result;
    return {
      ...plan,
      result: { ...args.edit.shown, ...result, ...(plan.failed !== undefined && { msg: plan.failed }) },
    };
  },
};
