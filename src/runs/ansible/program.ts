import { execFile } from 'node:child_process';
import { accessSync, constants, realpathSync, statSync } from 'node:fs';
import { delimiter, isAbsolute, join } from 'node:path';
import { ok, type Refusal, type Result, refused } from '#core/errors.ts';
import { t } from '#core/text.ts';

/** A real `ansible-playbook`. */
export interface AnsibleProgram {
  readonly path: string;
  readonly version: string;
}

/** Before this one some of what it is asked for was not there. */
const oldest = [2, 11] as const;
const patienceMs = 30_000;

/** Where programs are looked for when nothing says so. */
const usualPath = '/usr/local/bin:/usr/bin:/bin';

/** The path that Ansible and what it starts are found on. */
export const programPath = (): string => process.env.PATH || usualPath;

const isProgram = (path: string): boolean => {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    return false;
  }
};

const find = (name: string): string | undefined => {
  if (isAbsolute(name)) return isProgram(name) ? name : undefined;
  const places = programPath().split(delimiter).filter(isAbsolute);
  return places.map((folder) => join(folder, name)).find(isProgram);
};

const notInstalled = (name: string): Refusal => ({
  code: 'ansible.not_installed',
  say: t(
    `This playbook is for Ansible’s own engine, and there is no ${name} on this machine.`,
    `Ce playbook est pour le moteur d’Ansible, et il n’y a pas de ${name} sur cette machine.`,
  ),
  next: t(
    'Install it (on Debian: apt install ansible-core), or name it under “ansible: { program: … }” of the configuration.',
    'Installez-le (sur Debian : apt install ansible-core), ou nommez-le sous « ansible: { program: … } » de la configuration.',
  ),
});

const tooOld = (path: string, version: string): Refusal => ({
  code: 'ansible.too_old',
  say: t(
    `${path} is version ${version}; it must be ${oldest.join('.')} or newer.`,
    `${path} est en version ${version} ; il faut ${oldest.join('.')} ou plus récent.`,
  ),
});

const saysNothing = (path: string, why: string): Refusal => ({
  code: 'ansible.not_usable',
  say: t(`${path} does not say which version it is: ${why}`, `${path} ne dit pas quelle version il est : ${why}`),
  next: t(`Try “${path} --version” as the bot’s user.`, `Essayez « ${path} --version » en tant qu’utilisateur du bot.`),
});

const asked = new Map<string, Promise<Result<AnsibleProgram>>>();

/** Finds it and asks for its version, once for each file it has been. */
export async function findAnsible(named?: string): Promise<Result<AnsibleProgram>> {
  const name = named ?? 'ansible-playbook';
  const path = find(name);
  if (path === undefined) return refused(notInstalled(name));
  const { mtimeMs, ino } = statSync(realpathSync(path));
  const key = [path, ino, mtimeMs].join(' ');
  const answer = asked.get(key) ?? askVersion(path);
  asked.set(key, answer);
  const found = await answer;
  if (!found.ok) asked.delete(key); // whatever kept it from answering may be over by then
  return found;
}

async function askVersion(path: string): Promise<Result<AnsibleProgram>> {
  const { said, why } = await new Promise<{ readonly said: string; readonly why: string }>((done) => {
    const env = { PATH: programPath(), HOME: process.env.HOME ?? '/', LC_ALL: 'C.UTF-8' };
    execFile(path, ['--version'], { env, cwd: '/', timeout: patienceMs }, (failed, out, err) =>
      done({ said: failed ? '' : out, why: (err || failed?.message || '').trim().split('\n').at(-1) ?? '' }),
    );
  });
  const version = /^ansible-playbook \[?(?:core )?(\d+\.\d+[\w.]*)/.exec(said)?.[1];
  if (version === undefined) return refused(saysNothing(path, why));
  const [major = 0, minor = 0] = version.split('.').map(Number);
  const isOld = major < oldest[0] || (major === oldest[0] && minor < oldest[1]);
  return isOld ? refused(tooOld(path, version)) : ok({ path, version });
}
