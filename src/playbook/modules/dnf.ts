import { type DnfArgs, dnfArguments, prepareDnf } from './dnf/arguments.ts';
import { applyDnf, dnfSubjects, finishDnf, planDnf } from './dnf/plan.ts';
import { type DnfState, probeDnf, readDnf } from './dnf/probe.ts';
import type { Module } from './module.ts';

/** `dnf` by one of its names. */
export const dnfModule = (name: string): Module<DnfArgs, DnfState> => ({
  name,
  args: dnfArguments,
  freeForm: 'kv',
  prepare: prepareDnf(name),
  probe: probeDnf,
  read: readDnf,
  plan: planDnf,
  subjects: dnfSubjects,
  apply: applyDnf,
  finish: (args, state, _plan, applied) => finishDnf(args, state, applied),
});

/** Installs, upgrades and removes packages of Red Hat and its kin, with dnf, or yum where there is no dnf. */
export const dnf = dnfModule('dnf');
