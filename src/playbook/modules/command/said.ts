import type { Applied, ModuleResult } from '../module.ts';
import { linesOf } from './run.ts';

/** The return values of what ran with nothing around it (`raw`, `script`). A code other than 0 is a failure. */
export const finishSaid = ({ code, stdout, stderr }: Applied): ModuleResult => {
  const failed = code === 0 ? undefined : 'non-zero return code';
  const said = { rc: code, stdout, stdout_lines: linesOf(stdout), stderr, stderr_lines: linesOf(stderr) };
  return {
    result: { ...said, ...(failed !== undefined && { msg: failed }) },
    changed: true,
    ...(failed !== undefined && { failed }),
  };
};
