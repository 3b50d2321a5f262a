import { applyGetUrl, finishGetUrl } from './get_url/apply.ts';
import { type GetUrlArgs, getUrlArguments, prepareGetUrl } from './get_url/arguments.ts';
import { planGetUrl } from './get_url/plan.ts';
import { type GetUrlState, probeGetUrl, readGetUrl } from './get_url/probe.ts';
import type { Module } from './module.ts';

/** Fetches a file from an address to the host, with curl or wget: checked first, then put in its place in one step. */
export const getUrl: Module<GetUrlArgs, GetUrlState> = {
  name: 'get_url',
  args: getUrlArguments,
  freeForm: 'kv',
  prepare: prepareGetUrl,
  probe: probeGetUrl,
  read: readGetUrl,
  plan: planGetUrl,
  apply: applyGetUrl,
  finish: finishGetUrl,
};
