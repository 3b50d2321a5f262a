import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { z } from 'zod';
import type { Json } from '#core/json.ts';
import { t } from '#core/text.ts';
import type { Faults } from '../faults.ts';
import type { Position } from '../tree.ts';
import { addChild, addHost, type Graph, groupNamed } from './graph.ts';

const patienceMs = 60_000;
const mostBytes = 64 * 1024 * 1024;

const vars = z.record(z.string(), z.json());
const group = z.union([
  z.array(z.string()),
  z.object({ hosts: z.array(z.string()).optional(), children: z.array(z.string()).optional(), vars: vars.optional() }),
]);
const list = z.looseObject({ _meta: z.object({ hostvars: z.record(z.string(), vars).optional() }).optional() });

interface Reading {
  readonly path: string;
  readonly at: Position;
  readonly graph: Graph;
  readonly faults: Faults;
}

/** What the program prints, read as JSON; a fault when it fails or prints something else. */
async function ask({ path, at, faults }: Reading, args: readonly string[]): Promise<Json | undefined> {
  const words = args.join(' ');
  try {
    const { stdout } = await promisify(execFile)(path, args, { timeout: patienceMs, maxBuffer: mostBytes });
    return JSON.parse(stdout) as Json; // checked by the shape below
  } catch (thrown) {
    const why =
      thrown instanceof SyntaxError ? 'no JSON' : thrown instanceof Error ? lastLine(thrown.message) : String(thrown);
    faults.add(
      at,
      t(`the inventory script ${words} failed: ${why}`, `le script d’inventaire ${words} a échoué : ${why}`),
    );
    return undefined;
  }
}

const lastLine = (message: string): string => message.trim().split('\n').at(-1) ?? '';

const setVars = (
  reading: Reading,
  into: Map<string, { value: Json; at: Position }>,
  values: Record<string, Json>,
): void => {
  for (const [name, value] of Object.entries(values)) into.set(name, { value, at: reading.at });
};

function addGroup(reading: Reading, name: string, value: Json): void {
  const { graph, faults, at } = reading;
  const read = group.safeParse(value);
  if (!read.success) {
    faults.add(
      at,
      t(
        `the inventory script says nothing usable of the group “${name}”`,
        `le script d’inventaire ne dit rien d’utilisable du groupe « ${name} »`,
      ),
    );
    return;
  }
  const said = Array.isArray(read.data) ? { hosts: read.data } : read.data;
  const node = groupNamed(graph, name);
  for (const host of said.hosts ?? []) addHost(graph, host, name, at);
  if (!('vars' in said) && !('children' in said)) return;
  for (const child of said.children ?? []) addChild(graph, name, child);
  setVars(reading, node.vars as Map<string, { value: Json; at: Position }>, (said.vars ?? {}) as Record<string, Json>);
}

/** Adds what an executable inventory says (`--list`, and `--host` where it has no `_meta`). Faults are noted. */
export async function readScript(path: string, shown: string, graph: Graph, faults: Faults): Promise<void> {
  const reading: Reading = { path, at: { file: shown, line: 1, column: 1 }, graph, faults };
  const said = await ask(reading, ['--list']);
  if (said === undefined) return;
  const read = list.safeParse(said);
  if (!read.success) {
    faults.add(
      reading.at,
      t(
        'the inventory script must print a mapping of groups',
        'le script d’inventaire doit afficher une suite de groupes',
      ),
    );
    return;
  }
  const { _meta: meta, ...groups } = read.data;
  for (const [name, value] of Object.entries(groups)) addGroup(reading, name, value as Json);
  const hostVars = meta?.hostvars ?? (await askHosts(reading));
  for (const [host, values] of Object.entries(hostVars)) {
    const node = graph.hosts.get(host) ?? addHost(graph, host, 'ungrouped', reading.at);
    setVars(reading, node.vars as Map<string, { value: Json; at: Position }>, values as Record<string, Json>);
  }
}

async function askHosts(reading: Reading): Promise<Readonly<Record<string, Record<string, Json>>>> {
  const all: Record<string, Record<string, Json>> = {};
  for (const host of reading.graph.hosts.keys()) {
    const said = vars.safeParse(await ask(reading, ['--host', host]));
    if (said.success) all[host] = said.data as Record<string, Json>;
  }
  return all;
}
