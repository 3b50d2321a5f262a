import { Fault } from '#core/errors.ts';
import { t } from '#core/text.ts';

/** A name no tool can take for an option and no line of `/etc/passwd` for two. Throws a Fault for another. */
export const accountName = (module: string, name: string): string => {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what must not be there
  if (name !== '' && !/^[-+~]|[:,/\s\u0000-\u001f\u007f]/.test(name)) return name;
  throw new Fault({
    code: 'module.arguments',
    say: t(
      `${module}: “${name}” is not the name of an account or group.`,
      `${module} : « ${name} » n’est pas le nom d’un compte ou d’un groupe.`,
    ),
  });
};

/** What to say when the host has no such program: what, and what brings it. */
export const missingTool = (program: string, packages: string): string =>
  `The host has no “${program}”: install ${packages} there first.`;
