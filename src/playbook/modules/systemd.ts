import type { Module } from './module.ts';
import { applySystemd, finishSystemd } from './systemd/apply.ts';
import { prepareSystemd, type SystemdArgs, systemdArguments } from './systemd/arguments.ts';
import { planSystemd } from './systemd/plan.ts';
import { probeSystemd, readSystemd, type SystemdState } from './systemd/probe.ts';

/** Starts, stops, enables and masks units, and lets systemd read its files again. */
export const systemd: Module<SystemdArgs, SystemdState> = {
  name: 'systemd',
  quick: true,
  args: systemdArguments,
  freeForm: 'kv',
  prepare: prepareSystemd,
  probe: probeSystemd,
  read: readSystemd,
  plan: planSystemd,
  subjects: ({ name }) => {
    const short = name?.replace(/\.service$/, '');
    return short === undefined ? [] : [short, `${short}.service`];
  },
  apply: (args, _state, plan, quote) => applySystemd(args, plan, quote),
  finish: (args, _state, plan, applied) => finishSystemd(args, plan, applied),
};
