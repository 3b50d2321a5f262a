import type { Module } from './module.ts';
import { applyUser, finishUser } from './user/apply.ts';
import { prepareUser, type UserArgs, userArguments } from './user/arguments.ts';
import { planUser } from './user/plan.ts';
import { probeUser, readUser, type UserState } from './user/probe.ts';

/** An account: there with its groups, home, password and key, or gone. */
export const user: Module<UserArgs, UserState> = {
  name: 'user',
  quick: true,
  args: userArguments,
  freeForm: 'kv',
  prepare: prepareUser,
  probe: probeUser,
  read: readUser,
  plan: planUser,
  apply: applyUser,
  finish: finishUser,
};
