// `quarterdeck run`, a new process each time, as a user types it.
import { costOf } from '../cost/process.mjs';
import { recapIn } from '../recap.mjs';
import { playbook, quarterdeck } from './workload.mjs';

export const cold = {
  name: 'quarterdeck',
  missing: () => undefined,
  async open(part) {
    const env = { PATH: process.env.PATH, HOME: part.folder, LANG: 'C.UTF-8' };
    return {
      async play() {
        const cost = await costOf(quarterdeck, ['run', '-i', part.inventory, playbook], { cwd: part.folder, env });
        if (cost.code !== 0) throw new Error(`quarterdeck run ended with ${cost.code}:\n${cost.output}`);
        return { ...cost, recap: recapIn(cost.output) };
      },
      close: async () => undefined,
    };
  },
};
