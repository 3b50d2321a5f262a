/** A further link that goes along with the main one. */
export interface Slave {
  readonly name: string;
  readonly path: string;
  readonly link: string;
}

/** What `update-alternatives --display` says. */
export interface Display {
  readonly mode: string | undefined;
  /** What the link points to. */
  readonly current: string | undefined;
  readonly link: string | undefined;
  readonly choices: ReadonlyMap<string, { readonly priority: number; readonly slaves: readonly Slave[] }>;
}

const nothing: Display = { mode: undefined, current: undefined, link: undefined, choices: new Map() };

/** Reads Debian's and Red Hat's form. */
export const readDisplay = (text: string | undefined): Display => {
  const mode = /\s-\s(?:status\sis\s)?(\w*)(?:\smode|.)$/m.exec(text ?? '')?.[1];
  if (text === undefined || mode === undefined) return nothing;
  const links = new Map(
    [...text.matchAll(/^\s*(?:slave|follower) (\S+) is (.*)$/gm)].map(([, name = '', link = '']) => [name, link]),
  );
  const slavesOf = (lines: string): readonly Slave[] =>
    [...lines.matchAll(/^\s+(?:slave|follower) (.*): (.*)$/gm)]
      .filter(([, , path]) => path !== '(null)')
      .map(([, name = '', path = '']) => ({ name, path, link: links.get(name) ?? '' }));
  const choices = [
    ...text.matchAll(/^(\/.*)\s-\s(?:family\s\S+\s)?priority\s(\d+)((?:\s+(?:slave|follower).*)*)/gm),
  ].map(
    ([, path = '', priority = '', lines = '']) =>
      [path, { priority: Number(priority), slaves: slavesOf(lines) }] as const,
  );
  return {
    mode,
    current: /^\s*link currently points to (.*)$/m.exec(text)?.[1],
    link: /^\s*link \w+ is (.*)$/m.exec(text)?.[1],
    choices: new Map(choices),
  };
};
