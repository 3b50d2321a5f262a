import { expect, test } from 'vitest';
import { definePlugin, question, z } from '#kit';
import { callOf, folderWith, put, questionSource, recordingLog, rigOver, type Said, until } from './rig.ts';

const good = questionSource('good', `return { tone: 'info', title: 'hello ' + (args.text ?? actor.name) };`);

test('a command is described as plain data and answers with its card', async () => {
  const { host, title } = await rigOver(await folderWith({ 'good/index.ts': good }));
  expect(host.commands()).toEqual([
    {
      ...{ plugin: 'good', name: 'good', aliases: [], kind: 'question', about: 'a test', permission: 'good.use' },
      args: [{ name: 'text', kind: 'text', about: 'anything', required: false, named: false }],
      ...{ examples: ['good'], needs: [], reports: false },
    },
  ]);
  expect(await title('good')).toBe('hello ada');
  expect(await title('good morning')).toBe('hello morning');
});

test('suggestions come from the settings', async () => {
  const source = `
    import { arg, definePlugin, question, z } from '#kit';
    export default definePlugin({
      name: 'pick', about: 'x', settings: z.object({ apps: z.array(z.string()) }),
      commands: [question({
        name: 'pick', about: 'x', permission: 'pick.use', needs: [], examples: ['pick a'],
        args: { app: arg.word({ about: 'x', suggest: (settings: any) => settings.apps }) },
        answer: () => ({ tone: 'info', title: 'x' }),
      })],
    });`;
  const { host } = await rigOver(await folderWith({ 'pick/index.ts': source }), {
    settings: { pick: { apps: ['shop', 'blog'] } },
  });
  expect(host.commands()[0]?.args[0]?.suggestions).toEqual(['shop', 'blog']);
});

test('a thrown error is one sentence for the person, and its stack is in the log only', async () => {
  const bad = questionSource('bad', `throw new Error('secret details');`);
  const { ask, said } = await rigOver(await folderWith({ 'bad/index.ts': bad }));
  const answer = await ask('bad');
  expect(answer).toMatchObject({ ok: false, refusal: { code: 'plugin.failed' } });
  expect(JSON.stringify(answer)).not.toContain('secret details');
  expect(said.find(({ level }) => level === 'error')?.fields).toMatchObject({
    plugin: 'bad',
    stack: expect.stringContaining('secret details'),
  });
});

test('a call that hangs is given up at the limit, told to stop, and named', async () => {
  const slow = questionSource(
    'slow',
    `signal.addEventListener('abort', () => log.info({}, 'I was told')); await new Promise(() => {});`,
  );
  const { ask, said } = await rigOver(await folderWith({ 'slow/index.ts': slow }), { seconds: 1 });
  const answer = await ask('slow');
  expect(answer).toMatchObject({
    refusal: { code: 'plugin.timeout', say: { en: expect.stringContaining('slow') }, retryable: true },
  });
  await until(() => said.some(({ message }) => message === 'I was told'));
});

test('a call its asker gives up is told to stop at once', async () => {
  const slow = questionSource('slow', `await new Promise(() => {});`);
  const { ask } = await rigOver(await folderWith({ 'slow/index.ts': slow }));
  const asker = new AbortController();
  setTimeout(() => asker.abort(), 50);
  expect(await ask('slow', asker.signal)).toMatchObject({ refusal: { code: 'plugin.cancelled' } });
  expect(await ask('slow', AbortSignal.abort())).toMatchObject({ refusal: { code: 'plugin.cancelled' } });
});

test('an endless loop is ended, the guilty one refused, and the call of another answered all the same', async () => {
  const loop = questionSource('loop', `for (;;);`);
  const patient = questionSource(
    'patient',
    `await new Promise((r) => setTimeout(r, 300)); return { tone: 'info', title: 'done' };`,
  );
  const folder = await folderWith({ 'loop/index.ts': loop, 'patient/index.ts': patient });
  const { title, host } = await rigOver(folder, { seconds: 4 });
  const waiting = title('patient');
  expect(await Promise.all([title('loop'), waiting])).toEqual(['plugin.stuck', 'done']);
  expect(await title('patient')).toBe('done');
  expect(host.faults()).toEqual([]);
});

test('a loop in what a call left behind is found, and no other plugin is blamed for it', async () => {
  const late = questionSource('late', `setTimeout(() => { for (;;); }, 50); return { tone: 'info', title: 'ok' };`);
  const folder = await folderWith({ 'late/index.ts': late, 'good/index.ts': good });
  const { title, host } = await rigOver(folder, { seconds: 4 });
  const news: string[] = [];
  host.onChange(({ kind }) => news.push(kind));
  for (let times = 0; times < 3; times += 1) {
    expect(await title('late')).toBe('ok');
    await new Promise((resolve) => setTimeout(resolve, 400));
    expect(await title('good')).toBe('hello ada');
  }
  expect(host.faults()).toEqual([]);
  expect(await title('late')).toBe('ok');
  await until(() => news.length === 4, 'the fall that nobody asked into');
});

test('a loop right after the start, before the plugins were first looked at, is found at rest, too', async () => {
  const late = questionSource('late', `setTimeout(() => { for (;;); }, 0); return { tone: 'info', title: 'ok' };`);
  const { title, host } = await rigOver(await folderWith({ 'late/index.ts': late }), { seconds: 10 });
  const news: string[] = [];
  host.onChange(({ kind }) => news.push(kind));
  expect(await title('late')).toBe('ok');
  await until(() => news.includes('restarted'), 'the fall');
});

test('buffers that pile up after the answer end the plugins, too', async () => {
  const leak = questionSource(
    'leak',
    `const all = []; setInterval(() => all.push(Buffer.alloc(5_000_000, 1)), 20); return { tone: 'info', title: 'ok' };`,
  );
  const folder = await folderWith({ 'leak/index.ts': leak, 'good/index.ts': good });
  const { title, host } = await rigOver(folder, { ...{ memoryMb: 48, seconds: 4 } });
  const news: string[] = [];
  host.onChange(({ kind }) => news.push(kind));
  expect(await title('leak')).toBe('ok');
  await until(() => news.includes('restarted'), 'the fall', 18_000);
  expect(await title('good')).toBe('hello ada');
});

test('a plugin that eats the memory is ended, and the bot lives', async () => {
  const hungry = questionSource(
    'hungry',
    `const all = []; for (;;) all.push(new Array(10_000).fill('x' + all.length));`,
  );
  const { title } = await rigOver(await folderWith({ 'hungry/index.ts': hungry, 'good/index.ts': good }), {
    memoryMb: 48,
  });
  // It gives no sign of life meanwhile: on a slow machine that is noticed first.
  expect(['plugin.memory', 'plugin.stuck']).toContain(await title('hungry'));
  expect(await title('good')).toBe('hello ada');
});

test('a plugin that eats memory in buffers, which no heap limit counts, is ended too', async () => {
  const hungry = questionSource(
    'hungry',
    `const all = []; for (;;) { all.push(Buffer.alloc(20_000_000, 1)); await new Promise((r) => setTimeout(r, 20)); }`,
  );
  const { title } = await rigOver(await folderWith({ 'hungry/index.ts': hungry, 'good/index.ts': good }), {
    ...{ memoryMb: 64, seconds: 60 },
  });
  expect(await title('hungry')).toBe('plugin.memory');
  expect(await title('good')).toBe('hello ada');
});

test('a plugin that logs or asks in a loop does not drown the bot', async () => {
  const flood = questionSource(
    'flood',
    `for (let i = 0; i < 100_000; i += 1) console.log('line', i);
     const asked = await Promise.allSettled(Array.from({ length: 1_000 }, () => values.get('k')));
     return { tone: 'info', title: String(asked.filter(({ status }) => status === 'fulfilled').length) };`,
  );
  const { title, said } = await rigOver(await folderWith({ 'flood/index.ts': flood }));
  expect(await title('flood')).toBe('100');
  expect(said.length).toBeLessThan(2_000);
});

test('a plugin that brings the others down three times in ten minutes is paused and says so; changing it ends that', async () => {
  const loop = questionSource('loop', `for (;;);`);
  const folder = await folderWith({ 'loop/index.ts': loop, 'good/index.ts': good });
  const { title, host, ask } = await rigOver(folder, { seconds: 4 });
  const news: string[] = [];
  host.onChange(({ kind, plugin }) => news.push(`${kind} ${plugin ?? ''}`.trim()));
  for (let i = 0; i < 3; i += 1) expect(await title('loop')).toBe('plugin.stuck');
  expect(await ask('loop')).toMatchObject({
    refusal: { code: 'plugin.paused', say: { en: expect.stringMatching(/loop.*until \d\d:\d\d UTC/) } },
  });
  expect(await title('good')).toBe('hello ada');
  expect(host.faults()).toMatchObject([{ plugin: 'loop', refusal: { code: 'plugin.paused' } }]);
  expect(news).toContain('paused loop');
  await put(folder, { 'loop/index.ts': questionSource('loop', `return { tone: 'good', title: 'mended' };`) });
  await host.reload();
  expect(await title('loop')).toBe('mended');
  expect(news).toContain('mended loop');
});

test('a plugin cannot end the bot', async () => {
  const quit = questionSource('quit', `if (args.text) process.kill(process.pid, 'SIGKILL'); process.exit(1);`);
  const { title } = await rigOver(await folderWith({ 'quit/index.ts': quit, 'good/index.ts': good }));
  expect(await title('quit')).toBe('plugin.failed');
  expect(await title('quit hard')).toBe('plugin.failed');
  expect(await title('good')).toBe('hello ada');
});

test('what a plugin throws outside its calls is logged and harms nobody', async () => {
  const late = questionSource(
    'late',
    `setTimeout(() => { throw new Error('too late'); }, 10); Promise.reject(new Error('nobody waits')); return { tone: 'info', title: 'ok' };`,
  );
  const { title, said } = await rigOver(await folderWith({ 'late/index.ts': late }));
  expect(await title('late')).toBe('ok');
  await until(() =>
    ['too late', 'nobody waits'].every((words) => said.some(({ fields }) => String(fields.error).includes(words))),
  );
  expect(await title('late')).toBe('ok');
});

test('console.log goes to the plugin’s own logger', async () => {
  const loud = questionSource(
    'loud',
    `console.log('one', { two: 2 }); process.stdout.write('three'); return { tone: 'info', title: 'ok' };`,
  );
  const { title, said } = await rigOver(await folderWith({ 'loud/index.ts': loud }));
  await title('loud');
  await until(() => said.some(({ message }) => message === 'one { two: 2 }'));
  expect(said.find(({ message }) => message === 'one { two: 2 }')?.fields).toMatchObject({ plugin: 'loud' });
  await until(() => said.some(({ fields }) => fields.said === 'three'));
});

test('an answer that is no card is refused, and the log says what is wrong with it', async () => {
  const odd = questionSource('odd', `return args.text === 'nothing' ? undefined : JSON.parse(args.text);`);
  const { title, said } = await rigOver(await folderWith({ 'odd/index.ts': odd }));
  expect(await title('odd nothing')).toBe('plugin.malformed');
  expect(await title('odd "words"')).toBe('plugin.malformed');
  expect(await title('odd {"tone":"purple","title":"x"}')).toBe('plugin.malformed');
  expect(said.at(-1)).toMatchObject({
    level: 'error',
    fields: { plugin: 'odd', fault: expect.stringMatching(/^tone: /) },
  });
});

test('an answer larger than half a megabyte never reaches the bot', async () => {
  const big = questionSource('big', `return { tone: 'info', title: 'x', text: 'y'.repeat(5_000_000) };`);
  const { title } = await rigOver(await folderWith({ 'big/index.ts': big }));
  expect(await title('big')).toBe('plugin.failed');
});

test('what a command did not ask for is not there', async () => {
  const nosy = questionSource(
    'nosy',
    `return { tone: 'info', title: ['hosts', 'facts', 'audit', 'runs'].filter((need) => context[need]).join(' ') || 'none' };`,
  );
  const asks = questionSource(
    'asks',
    `return { tone: 'info', title: (await context.hosts.list())[0].name };`,
    '',
    `['hosts']`,
  );
  const { title } = await rigOver(await folderWith({ 'nosy/index.ts': nosy, 'asks/index.ts': asks }));
  expect(await title('nosy')).toBe('none');
  expect(await title('asks')).toBe('web-1');
});

test('a refusal of the core reaches the person as it is', async () => {
  const asks = questionSource('asks', `await context.values.set('', 1); return { tone: 'info', title: 'no' };`);
  const { title } = await rigOver(await folderWith({ 'asks/index.ts': asks }));
  expect(await title('asks')).toBe('plugin.bad_request');
});

test('each plugin has values of its own', async () => {
  const keeper = (name: string) =>
    questionSource(
      name,
      `const old = await values.get('k'); if (args.text) await values.set('k', args.text); return { tone: 'info', title: String(old) };`,
    );
  const { title } = await rigOver(await folderWith({ 'one/index.ts': keeper('one'), 'two/index.ts': keeper('two') }));
  await title('one first');
  await title('two second');
  expect(await Promise.all([title('one'), title('two')])).toEqual(['first', 'second']);
});

test('the environment’s secrets are not the plugins’', async () => {
  const spy = questionSource('spy', `return { tone: 'info', title: String(process.env.QUARTERDECK_TEST_SECRET) };`);
  process.env.QUARTERDECK_TEST_SECRET = 'hush';
  try {
    const { title } = await rigOver(await folderWith({ 'spy/index.ts': spy }));
    expect(await title('spy')).toBe('undefined');
  } finally {
    Reflect.deleteProperty(process.env, 'QUARTERDECK_TEST_SECRET');
  }
});

test('a background job runs every so often with the plugin’s own series, and a failing round does not end it', async () => {
  const job = questionSource(
    'job',
    `return { tone: 'info', title: 'x' };`,
    `every: { seconds: 1, run: (() => { let n = 0; return async ({ series }: any) => { n += 1; if (n === 1) throw new Error('first'); await series.add(n, { n }); }; })() },`,
  );
  const { core, said } = await rigOver(await folderWith({ 'job/index.ts': job }));
  await until(() => core.samples.length > 0);
  expect(core.samples[0]).toEqual(['job', 2, { n: 2 }]);
  expect(said.some(({ message, fields }) => message === 'the background job failed' && fields.plugin === 'job')).toBe(
    true,
  );
});

test('a background job in an endless loop is found, and its plugin paused in the end', async () => {
  const job = questionSource(
    'job',
    `return { tone: 'info', title: 'x' };`,
    `every: { seconds: 1, run: async () => { for (;;); } },`,
  );
  const { host, title } = await rigOver(await folderWith({ 'job/index.ts': job, 'good/index.ts': good }), {
    seconds: 1,
  });
  await until(() => host.faults().some(({ refusal }) => refusal.code === 'plugin.paused'), 'the pause', 19_000);
  expect(await title('good')).toBe('hello ada');
});

test('two providers of metrics are one: all targets, the first that knows a target answers, a failing one is left out', async () => {
  const provider = (name: string, targets: string, fail = '') =>
    questionSource(
      name,
      `return { tone: 'info', title: 'x' };`,
      `provides: { metrics: () => ({
         targets: async () => { ${fail} return ${targets}; },
         metrics: async (target: string) => { ${fail} return ${targets}.includes(target) ? [{ name: 'cpu', about: 'x', unit: 'percent' }] : []; },
         query: async ({ target }: any) => ({ metric: { name: 'cpu', about: 'x', unit: 'percent' }, series: [{ name: '${name}', points: [[1, 2]] }] }),
       }) },`,
    );
  const reader = questionSource(
    'reader',
    `const targets = await context.metrics.targets(signal);
     const answer = await context.metrics.query({ target: 'b', metric: 'cpu', from: 0, to: 9, points: 9 }, signal);
     return { tone: 'info', title: targets.join(',') + ' ' + answer.series[0].name + ' ' + answer.provider };`,
    '',
    `['metrics']`,
  );
  const folder = await folderWith({
    'p1/index.ts': provider('p1', `['a', 'b']`),
    'p2/index.ts': provider('p2', `['b', 'c']`),
    'p3/index.ts': provider('p3', `['d']`, `throw new Error('down');`),
    'reader/index.ts': reader,
  });
  const { title, host, said } = await rigOver(folder);
  expect(host.capability('metrics')).toBe(true);
  expect(host.capability('logs')).toBe(false);
  expect(await title('reader')).toBe('a,b,c p1 p1');
  expect(said.some(({ fields, message }) => fields.plugin === 'p3' && message.includes('did not answer'))).toBe(true);
});

test('nobody listening for metrics of an unknown target gets a clear refusal', async () => {
  const reader = questionSource(
    'reader',
    `await context.metrics.query({ target: 'b', metric: 'cpu', from: 0, to: 9, points: 9 }, signal);`,
    '',
    `['metrics']`,
  );
  const { title } = await rigOver(await folderWith({ 'reader/index.ts': reader }));
  expect(await title('reader')).toBe('capability.unknown_target');
});

test('a command that is not there any more is refused', async () => {
  const { host } = await rigOver(await folderWith({ 'good/index.ts': good }));
  const gone = await host.answer({ ...callOf('good'), command: 'other' }, new AbortController().signal);
  expect(gone).toMatchObject({ refusal: { code: 'plugin.unknown_command' } });
});

test('after stop nothing answers, and nothing is left running', async () => {
  const said: Said[] = [];
  const { host } = await rigOver(await folderWith({ 'good/index.ts': good }), { log: recordingLog(said) });
  await host.stop();
  expect(await host.answer(callOf('good'), new AbortController().signal)).toMatchObject({ ok: false });
  expect(said.filter(({ level }) => level === 'error')).toEqual([]);
});

test('the same code answers in the bot’s own thread, for tests of plugins', async () => {
  const plugin = definePlugin({
    ...{ name: 'near', about: 'x', settings: z.object({}) },
    commands: [
      question({
        ...{ name: 'near', about: 'x', permission: 'near.use', needs: ['hosts'], examples: ['near'], args: {} },
        answer: async ({ hosts }) => ({ tone: 'info', title: (await hosts.list())[0]?.name ?? '' }),
      }),
    ],
  });
  const { title } = await rigOver(await folderWith({}), { isolate: false, plugins: [plugin] });
  expect(await title('near')).toBe('web-1');
});
