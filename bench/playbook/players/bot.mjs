// The whole order in a running bot: from the request that places it, through its plan, a confirmation given in advance
// and its run, to the request that reads it back closed.
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { openClient } from '../../orders/call.mjs';
import { startProgram } from '../../process.mjs';
import { openAccount } from '../cost/account.mjs';
import { peakMb } from '../cost/memory.mjs';
import { playbookName, playbooks, quarterdeck } from './workload.mjs';

const who = 'console:local:ada';
const closed = ['done', 'failed', 'refused', 'cancelled', 'expired', 'interrupted'];

const configuration = (part) => `
inventory: [${part.inventory}]
playbooks: ${playbooks}
people: [{ id: '${who}', name: Ada, roles: [everything] }]
roles: { everything: { allow: [{ permission: '*', on: [all] }] } }
harbour: false
`;

async function startBot(part) {
  const data = join(part.folder, 'bot');
  mkdirSync(data);
  const path = join(part.folder, 'bot.yaml');
  writeFileSync(path, configuration(part));
  const bot = await startProgram(quarterdeck, ['start', '--config', path], {
    cwd: part.folder,
    env: { PATH: process.env.PATH, HOME: part.folder, LANG: 'C.UTF-8', QUARTERDECK_DATA: data, QUARTERDECK_PORT: '0' },
    sign: /Ctrl-C/,
  });
  const { url, token } = JSON.parse(readFileSync(join(data, 'bot.json'), 'utf8'));
  return { ...bot, data, url, headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' } };
}

async function order({ url, headers }, call) {
  const ask = async (method, path, body) => JSON.parse((await call(method, url + path, headers, body)).text);
  const text = JSON.stringify({ text: `run ${playbookName}`, as: who, yes: true });
  const { status } = await ask('POST', '/api/v1/orders', text);
  for (;;) {
    const { order } = await ask('GET', `${status}?wait=10`);
    if (closed.includes(order.state)) return order;
    if (order.waitsFor !== undefined) throw new Error(`the order waits: ${JSON.stringify(order)}`);
  }
}

/** What it came to: the recap of its run, or no changes at all: an order with nothing to do is over after its plan. */
async function resultOf({ url, headers }, call, order) {
  if (order.state !== 'done') throw new Error(`the order ended as ${order.state}: ${JSON.stringify(order)}`);
  const read = async (path) => JSON.parse((await call('GET', url + path, headers)).text);
  if (order.runId !== undefined) return { recap: (await read(`/api/v1/runs/${order.runId}`)).run.recap };
  const { entries } = await read('/api/v1/audit?limit=20');
  const end = entries.find((entry) => entry.orderId === order.id && entry.action === 'order.finished');
  return { changes: end?.details.changes };
}

export const bot = {
  name: 'bot',
  warm: true,
  missing: () => undefined,
  async open(part) {
    const account = openAccount();
    const running = await startBot(part);
    account?.take(running.pid);
    const { call, close } = openClient();
    return {
      async play() {
        const used = account?.usedMs() ?? Number.NaN;
        const begun = performance.now();
        const done = await order(running, call);
        const wallMs = performance.now() - begun;
        const processorMs = (account?.usedMs() ?? Number.NaN) - used;
        return { ...(await resultOf(running, call, done)), wallMs, processorMs, peakMb: peakMb(running.pid) };
      },
      async close() {
        close();
        await running.stop();
        account?.close();
        rmSync(running.data, { recursive: true, force: true, maxRetries: 3 });
      },
    };
  },
};
