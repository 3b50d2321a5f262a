import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { type LoadOptions, loadSettings } from '#settings/load.ts';

/** A temporary folder, gone with the test. */
export async function freshFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'settings-test-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

/** Loads a configuration from a real file `q.yaml` in a folder of its own, beside other files. */
export async function load(
  yaml: string | Buffer,
  options: Omit<LoadOptions, 'env'> & { env?: NodeJS.ProcessEnv; files?: Record<string, string | Buffer> } = {},
) {
  const folder = await freshFolder();
  await writeFile(join(folder, 'q.yaml'), yaml);
  for (const [name, content] of Object.entries(options.files ?? {})) await writeFile(join(folder, name), content);
  const outcome = await loadSettings({ path: 'q.yaml', working: folder, ...options, env: options.env ?? {} });
  return { outcome, folder };
}

/** The settings, or a failing test that shows the faults. */
export async function settingsOf(...args: Parameters<typeof load>) {
  const { outcome } = await load(...args);
  if (!outcome.ok) throw new Error(JSON.stringify(outcome.faults, null, 2));
  return outcome.settings;
}

/** Line, column, code and English sentence of every fault. */
export async function faultsOf(...args: Parameters<typeof load>) {
  const { outcome } = await load(...args);
  return outcome.ok ? [] : outcome.faults;
}
