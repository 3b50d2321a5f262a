import { describe, expect, it } from 'vitest';
import { Fault } from '#core/errors.ts';
import { assert } from '#playbook/modules/assert.ts';
import { debug } from '#playbook/modules/debug.ts';
import { setFact } from '#playbook/modules/set_fact.ts';
import { readAttributes } from '#playbook/modules/state/attributes.ts';
import { tryModule } from './host.ts';

describe('set_fact', () => {
  it('sets facts of any type, and makes booleans of yes and no as Ansible does', async () => {
    const { plan } = await tryModule(setFact, {
      a: 1,
      b: ['x'],
      c: { d: null },
      e: 'yes',
      f: 'No',
      g: 'maybe',
      cacheable: true,
    });
    expect(plan.facts).toEqual({ a: 1, b: ['x'], c: { d: null }, e: true, f: false, g: 'maybe' });
  });

  it.each([[{}], [{ 'a-b': 1 }], [{ '1a': 1 }]])('refuses %j', async (args) => {
    await expect(tryModule(setFact, args)).rejects.toThrow('module.arguments');
  });
});

describe('debug', () => {
  it('shows a message of any type, or says hello', async () => {
    expect((await tryModule(debug, { msg: ['a', 1] })).plan.result).toEqual({ msg: ['a', 1] });
    expect((await tryModule(debug, {})).plan.result).toEqual({ msg: 'Hello world!' });
  });

  it('shows a variable under its name, and says when there is none', async () => {
    const controller = {
      evaluate: async (expression: string) => {
        if (expression === 'known') return { a: 1 };
        throw new Fault({ code: 'template.undefined', say: 'no' });
      },
    };
    expect((await tryModule(debug, { var: 'known' }, { controller })).plan.result).toEqual({ known: { a: 1 } });
    expect((await tryModule(debug, { var: 'nope' }, { controller })).plan.result).toEqual({
      nope: 'VARIABLE IS NOT DEFINED!',
    });
    await expect(tryModule(debug, { var: 'a', msg: 'b' })).rejects.toThrow('module.arguments');
  });
});

describe('assert', () => {
  const controller = { test: async (expression: string) => expression === 'true' };

  it('passes when everything holds', async () => {
    expect((await tryModule(assert, { that: ['true', true] }, { controller })).plan).toEqual({
      differences: [],
      result: { msg: 'All assertions passed' },
    });
  });

  it('fails with the first condition that does not hold, and its message', async () => {
    const { plan } = await tryModule(assert, { that: ['true', 'x == 1', 'y'], fail_msg: 'x is wrong' }, { controller });
    expect(plan).toMatchObject({
      failed: 'x is wrong',
      result: { assertion: 'x == 1', evaluated_to: false, msg: 'x is wrong' },
    });
    expect((await tryModule(assert, { that: 'no' }, { controller })).plan.failed).toBe('Assertion failed');
  });
});

describe('mode: preserve', () => {
  it('is for modules that copy a file; elsewhere it would be no mode at all', () => {
    expect(readAttributes({ mode: 'preserve' }, { mayPreserve: true })).toEqual({ mode: 'preserve' });
    expect(() => readAttributes({ mode: 'preserve' })).toThrow('module.arguments');
  });
});
