import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Fault } from '#core/errors.ts';
import type { Json, JsonObject } from '#core/json.ts';
import { checkArguments } from '#playbook/modules/arguments.ts';
import type { Applied, Apply, Controller, Module, ModulePlan, ModuleResult } from '#playbook/modules/module.ts';
import { quote } from '#ssh/quote.ts';
import { present } from '#test/support/programs.ts';

/**
 * The POSIX shells of this machine: modules must work in each. `npm test` takes the strictest, which is Debian's; all of
 * them with QUARTERDECK_EVERY_SHELL (CONTRIBUTING.md).
 */
export const shells = present<readonly string[]>(
  [
    ['dash'],
    ...(process.env.QUARTERDECK_EVERY_SHELL
      ? [
          ['bash', '--posix'],
          ['busybox', 'sh'],
        ]
      : []),
  ],
  ([name = '']) => name,
);

/** One try of a module on this machine. */
export interface Try {
  readonly plan: ModulePlan;
  readonly result?: ModuleResult;
  readonly probed?: string;
  readonly applied?: string;
}

export interface Place {
  readonly shell?: readonly string[];
  readonly controller?: Partial<Controller>;
  readonly env?: Readonly<Record<string, string>>;
  readonly cwd?: string;
}

const nobody: Controller = {
  read: (src) => Promise.reject(new Fault({ code: 'step.no_file', say: `no ${src}` })),
  render: (text) => Promise.resolve(text),
  test: () => Promise.resolve(true),
  evaluate: () => Promise.resolve(null),
};

/** Runs a script as a host would. */
export const runScript = (script: string, place: Place = {}, stdin?: string): Promise<Applied> => {
  const [command = 'dash', ...options] = place.shell ?? ['dash'];
  const child = spawn(command, [...options, '-c', script], {
    timeout: 100_000,
    cwd: place.cwd,
    // SHLVL: a bash whose input is a socket, as here, would else read the .bashrc of whoever runs the tests.
    env: { PATH: process.env.PATH, HOME: process.env.HOME, LC_ALL: 'C.UTF-8', SHLVL: '2', ...place.env },
  });
  const [stdout, stderr]: Buffer[][] = [[], []];
  child.stdout.on('data', (chunk: Buffer) => stdout?.push(chunk));
  child.stderr.on('data', (chunk: Buffer) => stderr?.push(chunk));
  child.stdin.on('error', () => undefined);
  child.stdin.end(stdin ?? '');
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code) => {
      const text = (chunks: Buffer[] = []): string => Buffer.concat(chunks).toString('utf8');
      resolve({ code: code ?? 255, stdout: text(stdout), stderr: text(stderr) });
    });
  });
};

const withContents = async (apply: Apply, place: Place): Promise<Applied> => {
  const folder = mkdtempSync(join(tmpdir(), 'contents-'));
  const env: Record<string, string> = { ...place.env };
  for (const { name, content } of apply.contents ?? []) {
    if (!Buffer.isBuffer(content)) env[name] = content.path;
    else {
      env[name] = join(folder, name);
      writeFileSync(join(folder, name), content, { mode: 0o600 });
    }
  }
  const applied = await runScript(apply.script, { ...place, env }, apply.stdin);
  rmSync(folder, { recursive: true });
  return applied;
};

/** Probes and plans; with `run`, applies too. The same path the executor takes. */
export const tryModule = async (module: Module, args: JsonObject, place: Place = {}, run = true): Promise<Try> => {
  const checked = checkArguments(module, args);
  if (!checked.ok) throw new Fault(checked.refusal);
  const prepared = await module.prepare(checked.value, { ...nobody, ...place.controller });
  const probe = module.probe(prepared, quote);
  const probed = probe === undefined ? { code: 0, stdout: '', stderr: '' } : await runScript(probe, place);
  const state = module.read(probed, prepared);
  const plan = module.plan(prepared, state);
  if (!run || plan.failed !== undefined) return { plan, ...(probe !== undefined && { probed: probe }) };
  const apply = module.apply(prepared, state, plan, quote);
  if (apply === undefined) return { plan };
  const applied = await withContents(apply, place);
  return { plan, applied: apply.script, result: module.finish(prepared, state, plan, applied) };
};

/** What a try would change, in short: `mode: 0644 → 0755`. */
export const changes = (plan: ModulePlan): readonly string[] =>
  plan.differences.map(({ aspect, before, after }) => `${aspect}: ${show(before)} → ${show(after)}`);

const show = (value: Json): string => (typeof value === 'string' ? value : JSON.stringify(value));
