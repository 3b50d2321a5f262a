import { applyApt, finishApt } from './apt/apply.ts';
import { type AptArgs, aptArguments, prepareApt } from './apt/arguments.ts';
import { type AptState, aptSubjects, planApt, readApt } from './apt/plan.ts';
import { probeApt } from './apt/probe.ts';
import type { Module } from './module.ts';

/** Installs, upgrades and removes packages of Debian and its kin. What `apt-get -s` says is the plan. */
export const apt: Module<AptArgs, AptState> = {
  name: 'apt',
  args: aptArguments,
  freeForm: 'kv',
  prepare: prepareApt,
  probe: probeApt,
  read: readApt,
  plan: planApt,
  apply: applyApt,
  finish: finishApt,
  subjects: aptSubjects,
};
