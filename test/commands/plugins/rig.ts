import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach } from 'vitest';
import type { CoreServices, PluginCall, PluginHost, PluginOptions } from '#commands/plugins/contract.ts';
import { startPlugins } from '#commands/plugins/host.ts';
import type { Json } from '#core/json.ts';
import type { Log } from '#core/log.ts';

const undo: (() => Promise<unknown>)[] = [];

afterEach(async () => {
  for (const step of undo.splice(0).reverse()) await step();
});

/** A folder with these files, gone after the test. */
export async function folderWith(files: Readonly<Record<string, string>>): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'plugins-'));
  undo.push(() => rm(folder, { recursive: true, force: true }));
  await put(folder, files);
  return folder;
}

export async function put(folder: string, files: Readonly<Record<string, string>>): Promise<void> {
  for (const [name, text] of Object.entries(files)) {
    await mkdir(dirname(join(folder, name)), { recursive: true });
    await writeFile(join(folder, name), text);
  }
}

/** A plugin's source: one question called like the plugin, whose answer is this body. */
export const questionSource = (name: string, body: string, extra = '', needs = '[]'): string => `
import { arg, definePlugin, question, z } from '#kit';
export default definePlugin({
  name: '${name}',
  about: 'a test',
  settings: z.object({ greeting: z.string().optional() }),
  ${extra}
  commands: [
    question({
      name: '${name}', about: 'a test', permission: '${name}.use', needs: ${needs}, examples: ['${name}'],
      args: { text: arg.text({ about: 'anything', optional: true }) },
      answer: async (context: any) => { const { args, settings, signal, log, values, actor } = context; ${body} },
    }),
  ],
});
`;

/** Something a log was told. */
export interface Said {
  readonly level: string;
  readonly fields: Readonly<Record<string, unknown>>;
  readonly message: string;
}

export function recordingLog(said: Said[], bound: object = {}): Log {
  const at = (level: string) => (fields: object, message: string) =>
    void said.push({ level, fields: { ...bound, ...fields }, message });
  return {
    ...{ debug: at('debug'), info: at('info'), warn: at('warn'), error: at('error') },
    child: (fields) => recordingLog(said, { ...bound, ...fields }),
  };
}

/** Core services over plain maps. */
export function mapServices(): CoreServices & { readonly samples: [string, number, object][] } {
  const values = new Map<string, Json>();
  const samples: [string, number, object][] = [];
  return {
    samples,
    hosts: { list: async () => [{ name: 'web-1', groups: ['web'], address: 'web-1' }] },
    facts: { gather: async (_order, hosts) => hosts.map((host) => ({ host, reachable: true })) },
    runs: { last: async () => [], get: async () => undefined },
    audit: { last: async () => [] },
    people: { called: async () => new Map() },
    charts: { draw: async (_request, alt) => ({ file: 'f', alt, width: 1, height: 1 }) },
    playbooks: { list: async () => [] },
    logs: { clean: async (lines) => lines },
    values: {
      get: async (plugin, key) => values.get(`${plugin} ${key}`),
      set: async (plugin, key, value) => void values.set(`${plugin} ${key}`, value),
      remove: async (plugin, key) => void values.delete(`${plugin} ${key}`),
    },
    series: {
      add: async (plugin, at, sample) => void samples.push([plugin, at, sample]),
      range: async () => [],
      summary: async () => ({ points: [] }),
      forget: async () => {},
    },
  };
}

export interface Rig {
  readonly host: PluginHost;
  readonly said: readonly Said[];
  readonly core: ReturnType<typeof mapServices>;
  ask(line: string, signal?: AbortSignal): ReturnType<PluginHost['answer']>;
  /** The title of the card, or the code of the refusal. */
  title(line: string): Promise<string>;
}

/** A plugin host over a folder, stopped after the test. */
export async function rigOver(folder: string, options: Partial<PluginOptions> = {}): Promise<Rig> {
  const said: Said[] = [];
  const core = mapServices();
  const host = await startPlugins({
    ...{ folders: [folder], disabled: [], settings: {}, seconds: 8, core, watch: false },
    log: recordingLog(said),
    ...options,
  });
  undo.push(() => host.stop());
  const ask: Rig['ask'] = (line, signal = new AbortController().signal) => host.answer(callOf(line), signal);
  const title = async (line: string) => {
    const answer = await ask(line);
    if (!answer.ok) return answer.refusal.code;
    return String(('do' in answer.value ? answer.value.card : answer.value).title);
  };
  return { host, said, core, ask, title };
}

/** `echo hi` as a call of the command `echo` of the plugin `echo`. */
export function callOf(line: string): PluginCall {
  const [name = '', ...rest] = line.split(' ');
  return {
    ...{ plugin: name, command: name, language: 'en', orderId: 1 },
    args: rest.length > 0 ? { text: rest.join(' ') } : {},
    actor: { id: 'test:local:ada', kind: 'person', name: 'ada', roles: [] },
  };
}

/** Waits until it is so. */
export async function until(holds: () => boolean | Promise<boolean>, what = 'it', ms = 45_000): Promise<void> {
  const deadline = Date.now() + ms;
  while (!(await holds())) {
    if (Date.now() > deadline) throw new Error(`${what} did not come about in ${ms} ms`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
