import type { Module } from './module.ts';

/** `meta`: words for the run itself. The executor obeys them; here is only what may be written. */
export const meta: Module = {
  name: 'meta',
  freeForm: 'kv',
  rest: 'free_form',
  local: true,
  args: {
    free_form: {
      type: 'str',
      required: true,
      choices: [
        'noop',
        'flush_handlers',
        'refresh_inventory',
        'reset_connection',
        'clear_facts',
        'clear_host_errors',
        'end_host',
        'end_play',
        'end_batch',
      ],
    },
  },
  prepare: () => undefined,
  probe: () => undefined,
  read: () => undefined,
  plan: () => ({ differences: [], result: {} }),
  apply: () => undefined,
  finish: () => ({ result: {}, changed: false }),
};
