import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { Fault } from '#core/errors.ts';
import type { JsonObject } from '#core/json.ts';
import { checkArguments } from '#playbook/modules/arguments.ts';
import { bundledModules } from '#playbook/modules/registry.ts';
import { quote } from '#ssh/quote.ts';

/** What Ansible's own module made of a file; `golden/judge.py` asked it. Texts are bytes, one character each. */
interface Judged {
  readonly module: string;
  readonly text: string | null;
  readonly args: JsonObject;
  readonly then: {
    readonly failed: boolean;
    readonly changed: boolean;
    readonly msg: string;
    readonly text: string | null;
    readonly found?: number;
  };
}

const judged = JSON.parse(readFileSync(new URL('golden/edits.json', import.meta.url), 'utf8')) as readonly Judged[];

const hex = (text: string, encoding: BufferEncoding): string => Buffer.from(text, encoding).toString('hex');

const probed = (text: string | null): string =>
  [
    `it.path=${hex('/f', 'utf8')}`,
    'umask=0022',
    'parent=folder',
    ...(text === null
      ? ['it.type=absent']
      : ['it.type=file', 'it.stat=81a4 1 0 0 1 1 1 1 1 1 root root', `it.hex=${hex(text, 'latin1')}`]),
    'end',
    '',
  ].join('\n');

const ours = async ({ module: name, text, args: given }: Judged): Promise<Partial<Judged['then']>> => {
  const module = bundledModules().get(name);
  const checked = module && checkArguments(module, { ...given, path: '/f' });
  if (module === undefined || !checked?.ok) throw new Error(`${name} refuses ${JSON.stringify(given)}`);
  try {
    const args = await module.prepare(checked.value, {} as never);
    const state = module.read({ code: 0, stdout: probed(text), stderr: '' }, args);
    const plan = module.plan(args, state);
    if (plan.failed !== undefined) return { failed: true };
    const content = module.apply(args, state, plan, quote)?.contents?.[0]?.content;
    return {
      failed: false,
      changed: plan.differences.length > 0,
      msg: String(plan.result.msg),
      text: Buffer.isBuffer(content) ? content.toString('latin1') : text,
      ...(typeof plan.result.found === 'number' && { found: plan.result.found }),
    };
  } catch (thrown) {
    if (!(thrown instanceof Fault)) throw thrown;
    return { failed: true };
  }
};

describe('a part of a file is changed as Ansible changes it', () => {
  it.each(['lineinfile', 'blockinfile', 'replace', 'ini_file'])('%s agrees on every case', async (name) => {
    const cases = judged.filter((one) => one.module === name);
    expect(cases.length).toBeGreaterThan(100);
    for (const one of cases) {
      const expected = one.then.failed ? { failed: true } : one.then;
      expect([one.args, one.text, await ours(one)]).toEqual([one.args, one.text, expected]);
    }
  });
});
