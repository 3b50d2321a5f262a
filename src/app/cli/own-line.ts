import { quote } from '#ssh/quote.ts';

/** What says which bot is meant: `--config`, and the environment. */
export interface Which {
  readonly config?: string | undefined;
  readonly env: NodeJS.ProcessEnv;
}

const plain = /^[\w@%+:,./-]+$/;
const shellWord = (value: string): string => (plain.test(value) ? value : quote(value));

/** A line of the command line that reaches the same bot as this one, whatever shell it is typed in. */
export function ownLine(words: string, { config, env }: Which): string {
  const named = config === undefined ? ['QUARTERDECK_CONFIG', 'QUARTERDECK_DATA'] : ['QUARTERDECK_DATA'];
  const before = named.flatMap((name) => (env[name] ? [`${name}=${shellWord(env[name])} `] : []));
  return `${before.join('')}bin/quarterdeck ${words}${config === undefined ? '' : ` --config ${shellWord(config)}`}`;
}
