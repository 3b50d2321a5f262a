import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  ada,
  ben,
  fleetProcesses,
  logIn,
  quarterdeck,
  type RealBot,
  realBots,
  type Session,
  titleOf,
  until,
} from '#test/support/real-bot.ts';

const bots = realBots();
let bot: RealBot;
let session: { readonly ada: Session; readonly ben: Session };

/** What a host of the shop serves now; a service that is just restarting is asked again. */
async function served(port: number): Promise<string> {
  let html = '';
  const asks = async () => {
    const reply = await fetch(`http://127.0.0.1:${port}/`).catch(() => undefined);
    html = (await reply?.text()) ?? '';
    return reply?.status === 200;
  };
  await until('the shop answers', asks, 10_000);
  return /\bversion (v[0-9])\b/.exec(html)?.[1] ?? html;
}

/** The version that each host's page shows. */
async function shop(): Promise<Readonly<Record<string, string>>> {
  const ports = JSON.parse(await readFile(join(bot.data, 'harbour', 'ports.json'), 'utf8'));
  return { 'web-1': await served(ports['web-1'].service), 'web-2': await served(ports['web-2'].service) };
}

/** Says a line in the console as Ada, and gives the order once it is closed or waits for a person. */
async function adaSays(line: string) {
  const { status, event } = await session.ada.say(line);
  expect(status).toBe(200);
  return bot.order(`e:${event}`, 60);
}

beforeAll(async () => {
  bot = await bots.start(await bots.folder());
  session = {
    ada: await logIn(bot, bot.links.ada ?? '', ada),
    ben: await logIn(bot, bot.links.ben ?? '', ben),
  };
});
afterAll(() => bots.end());

describe('the first five minutes', () => {
  it('answers questions about a fleet that is really there', async () => {
    for (const line of ['help', 'status', 'metrics', 'logs']) {
      const order = await adaSays(line);
      expect([line, order.state]).toEqual([line, 'done']);
      expect(titleOf(order.card)).not.toBe('');
    }
    expect(await shop()).toEqual({ 'web-1': 'v1', 'web-2': 'v1' });
  });

  it('asks for what a playbook needs, corrects a name of it, and offers only what there is', async () => {
    const asked = await adaSays('run deploy');
    expect([asked.state, asked.card?.form?.fields.map(({ name }) => name)]).toEqual(['asking', ['app_version']]);
    const misnamed = await adaSays('run restart service=shop');
    expect([misnamed.state, misnamed.card?.actions?.[0]?.line]).toEqual(['refused', 'run restart service_name=shop']);
    const lines = (await adaSays('help run')).card?.actions?.map(({ line }) => line);
    expect(lines).toEqual(['run deploy', 'run restart', 'run rollback']);
    const offered = async (line: string) => {
      const query = new URLSearchParams({ channel: 'ops', line });
      const { completions } = await session.ada.read(`/console/api/complete?${query}`);
      return completions.map(({ label }: { label: string }) => label);
    };
    expect(await offered('metrics web-1 c')).toEqual(['cpu']);
    expect(await offered('metrics w')).toEqual(['web-1', 'web-2']);
    expect(await offered('restart db on ')).toEqual(['db', 'db-1']);
    expect(await offered('run deploy app')).toEqual(['app_version=']);
  });

  it('deploys version 2 once Ada has confirmed, and both pages change', async () => {
    const asked = await adaSays('deploy shop v2');
    expect(asked.state).toBe('confirming');
    expect(await shop()).toEqual({ 'web-1': 'v1', 'web-2': 'v1' });
    const { messages } = await session.ada.read('/console/api/messages?channel=ops');
    const shown = messages.find((message: { key: string }) => message.key === `order:${asked.id}`);
    const confirm = shown.card.actions.find((action: { id: string }) => action.id === 'confirm');
    const { key, revision } = shown;
    const tap = { key, revision, action: confirm.id, line: confirm.line };
    expect((await session.ada.send('/console/api/taps', tap)).status).toBe(200);
    await until('the tap is taken', async () => (await bot.order(asked.id)).state !== 'confirming');
    const deployed = await bot.order(asked.id, 60);
    expect([deployed.state, titleOf(deployed.card)]).toEqual(['done', expect.stringContaining('Deploy shop v2')]);
    expect(await shop()).toEqual({ 'web-1': 'v2', 'web-2': 'v2' });
  });

  it('goes back by itself from version 3, which is broken, and says why', async () => {
    const asked = await adaSays('deploy shop v3');
    await adaSays(`confirm ${asked.id}`);
    const failed = await bot.order(asked.id, 60);
    expect(failed.state).toBe('failed');
    expect(await shop()).toEqual({ 'web-1': 'v2', 'web-2': 'v2' });
    const { steps } = await bot.run(failed.runId ?? 0);
    const last = steps.filter((step) => step.state === 'failed').map((step) => step.result.msg);
    expect(last).toContainEqual(expect.stringContaining('v3 is not healthy on web-1; v2 is back'));
  });

  it('restarts the database only when Ben has approved, never by Ada’s own word', async () => {
    const pid = () => readFile(join(bot.data, 'harbour', 'db-1', 'run', 'db.pid'), 'utf8');
    const before = await pid();
    const asked = await adaSays('restart db');
    expect(asked.state).toBe('approving');
    expect((await adaSays(`approve ${asked.id}`)).state).toBe('refused');
    expect((await adaSays(`confirm ${asked.id}`)).state).toBe('refused');
    expect(await pid()).toBe(before);
    const { event } = await session.ben.say(`approve ${asked.id}`);
    expect((await bot.order(`e:${event}`, 30)).state).toBe('done');
    expect((await bot.order(asked.id, 60)).state).toBe('done');
    expect(await pid()).not.toBe(before);
  });

  it('rolls the shop back, and the page is the earlier one', async () => {
    const asked = await adaSays('rollback shop');
    expect(asked.state).toBe('confirming');
    await adaSays(`confirm ${asked.id}`);
    expect((await bot.order(asked.id, 60)).state).toBe('done');
    expect(await shop()).toEqual({ 'web-1': 'v1', 'web-2': 'v1' });
  });

  it('tells who did what, in chat and in the chain', async () => {
    for (const line of ['runs', 'audit']) expect((await adaSays(line)).state).toBe('done');
    const entries = await bot.audit();
    const did = (actor: string, action: string, text: string) =>
      entries.filter((entry) => entry.actor === actor && entry.action === action && entry.details.text === text).length;
    expect(did(ada, 'order.confirmed', 'deploy shop v2')).toBe(1);
    expect(did(ben, 'order.approved', 'restart db')).toBe(1);
    expect(did(ada, 'order.approved', 'restart db')).toBe(0);
    expect(did(ada, 'order.finished', 'rollback shop')).toBe(1);
    expect(entries.filter((entry) => entry.action === 'login').map((entry) => entry.actor)).toEqual([ben, ada]);
    const verified = await quarterdeck(bot.data, ['audit', 'verify', '--json']);
    expect(verified.code).toBe(0);
    expect(JSON.parse(verified.out)).toMatchObject({ intact: true });
  });

  it('takes the same orders from a terminal while the bot runs', async () => {
    const said = await quarterdeck(bot.data, ['say', 'status web']);
    // On a busy machine it tells meanwhile that it is being asked.
    expect([said.code, said.error.replace(/^… status.*\n/gm, '')]).toEqual([0, '']);
    const doctor = await quarterdeck(bot.data, ['doctor']);
    expect(doctor.out).toContain('ready at http://127.0.0.1:');
  });

  it('lets a login link in once only', async () => {
    await expect(logIn(bot, bot.links.ben ?? '', ben)).rejects.toThrow(/login: 40[13]/);
  });

  it('leaves no process behind when it is told to stop', async () => {
    await bot.kill('SIGTERM');
    await until('the fleet has ended', () => fleetProcesses(bot.data).length === 0, 5_000);
  });
});
