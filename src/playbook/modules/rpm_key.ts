import type { Module } from './module.ts';
import { prepareRpmKey, type RpmKeyArgs, rpmKeyArguments } from './rpm_key/arguments.ts';
import { applyRpmKey, finishRpmKey, planRpmKey } from './rpm_key/plan.ts';
import { probeRpmKey, type RpmKeyState, readRpmKey } from './rpm_key/probe.ts';

/** Adds and removes keys that rpm trusts. */
export const rpmKey: Module<RpmKeyArgs, RpmKeyState> = {
  name: 'rpm_key',
  args: rpmKeyArguments,
  freeForm: 'kv',
  prepare: prepareRpmKey,
  probe: probeRpmKey,
  read: readRpmKey,
  plan: planRpmKey,
  subjects: (_args, state) => ['rpm key *', ...state.meant.map(({ id }) => `rpm key ${id}`)],
  apply: applyRpmKey,
  finish: finishRpmKey,
};
