import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { z } from 'zod';

/** The playbooks of the cases, with the roles and files they use beside them. */
export const casesFolder = join(import.meta.dirname, 'cases');

const shape = z.strictObject({
  /** What it is about, for the table of the documentation. */
  about: z.string(),
  /** Modules and keywords it judges. */
  judges: z.array(z.string()).default([]),
  /** Files and folders compared afterwards, with everything below: type, mode, owner, group, target, content. */
  paths: z.array(z.string()).default(['/srv/case']),
  /** Shell commands whose output is compared afterwards. */
  outputs: z.array(z.string()).default([]),
  /** `changes` when a second run changes something too: a command that always runs. */
  again: z.enum(['nothing', 'changes']).default('nothing'),
  /** How it ends. */
  ends: z.enum(['done', 'failed']).default('done'),
  /** What the command line gives. */
  vars: z.record(z.string(), z.json()).default({}),
  tags: z.array(z.string()).default([]),
  skip_tags: z.array(z.string()).default([]),
  limit: z.string().optional(),
  /** What both hosts get before anything runs: a shell script. */
  before: z.string().default('mkdir -p /srv/case'),
  /** Why it is known not to come out the same; then the test holds as long as that is so. */
  differs: z.string().optional(),
});

/** One case: a playbook, and in its first comment what is compared. */
export type Case = z.output<typeof shape> & { readonly name: string; readonly playbook: string };

/** What of a case decides how its playbook is played. */
export type Played = Pick<Case, 'playbook' | 'vars' | 'tags' | 'skip_tags' | 'limit'>;

/** The comment a case begins with, as YAML: every line up to the first that is none. */
const headerOf = (text: string): string => {
  const lines = text.split('\n');
  const end = lines.findIndex((line) => !line.startsWith('#'));
  return lines
    .slice(0, end === -1 ? lines.length : end)
    .map((line) => line.replace(/^# ?/, ''))
    .join('\n');
};

/** Every case, by name; one whose header is wrong says so when it is run. */
export function readCases(): readonly (Case | { readonly name: string; readonly fault: Error })[] {
  return readdirSync(casesFolder)
    .filter((file) => file.endsWith('.yml'))
    .sort()
    .map((playbook) => {
      const name = playbook.replace(/\.yml$/, '');
      try {
        const read = shape.parse(parse(headerOf(readFileSync(join(casesFolder, playbook), 'utf8'))));
        return { ...read, name, playbook };
      } catch (cause) {
        return { name, fault: new Error(`${playbook}: its header is wrong`, { cause }) };
      }
    });
}
