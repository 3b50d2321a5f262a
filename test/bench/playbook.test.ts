import { describe, expect, it } from 'vitest';
import { promisesOf } from '../../bench/playbook/promises.mjs';
import { checkResult, expected, recapIn } from '../../bench/playbook/recap.mjs';

const took = (wallMs: number, processorMs: number) => ({ wallMs, processorMs });

const verdicts = (hosts: number, medians: Record<string, ReturnType<typeof took>>) =>
  promisesOf(hosts, medians).map(({ kept }) => kept);

const medians = {
  'ansible-tuned': took(3000, 2000),
  quarterdeck: took(300, 200),
  executor: took(85, 20),
  bot: took(90, 201),
  'floor-steps': took(70, 10),
  'floor-script': took(50, 10),
};

describe('the promises about playbooks', () => {
  it('are judged by the faster of the floors and by each of ours', () => {
    expect(verdicts(1, medians)).toEqual([true, true, true, true, false]);
    expect(verdicts(1, { ...medians, executor: took(86, 20) })).toEqual([true, false, true, true, false]);
  });

  it('ask for more on several hosts', () => {
    expect(verdicts(10, medians)[0]).toBe(false);
    expect(verdicts(10, { ...medians, quarterdeck: took(100, 200) })[0]).toBe(true);
  });

  it('are not judged without what they need', () => {
    const { executor } = medians;
    expect(verdicts(1, { executor })).toEqual([undefined, undefined, undefined, undefined, undefined]);
    expect(verdicts(1, { ...medians, quarterdeck: took(300, Number.NaN) })[2]).toBeUndefined();
  });
});

describe('the recap of a measured run', () => {
  const line = (changed: number) =>
    `h01 : ok=12   changed=${changed}    unreachable=0    failed=0    skipped=0    rescued=0    ignored=0`;
  const check = (output: string, names = ['h01']) =>
    checkResult(
      { recap: recapIn(output), changes: undefined },
      names.map((name) => ({ name })),
      expected.first,
    );

  it('passes when every host has the counts it must have', () => {
    expect(() => check(`PLAY RECAP ***\n${line(9)}\n`)).not.toThrow();
  });

  it('fails on another count and on a host that is missing', () => {
    expect(() => check(line(8))).toThrow(/wrong recap of h01: ok=12 changed=8/);
    expect(() => check(line(9), ['h01', 'h02'])).toThrow(/wrong recap of h02: ok=\?/);
  });

  it('may be wanting when there was nothing to change, and only then', () => {
    const hosts = [{ name: 'h01' }];
    expect(() => checkResult({ recap: undefined, changes: 0 }, hosts, expected.second)).not.toThrow();
    expect(() => checkResult({ recap: undefined, changes: 0 }, hosts, expected.first)).toThrow();
  });
});
