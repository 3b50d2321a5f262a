import { quote } from '#ssh/quote.ts';
import type { Machine } from '../../support/nspawn/machine.ts';
import type { Case } from './case.ts';

/** Contents up to this are shown whole, longer ones by their checksum. */
const shown = 4000;

const pathScript = (path: string): string => `
find ${quote(path)} 2>/dev/null | LC_ALL=C sort | while IFS= read -r one; do
  stat -c '%n: %F %a %U:%G' -- "$one"
  if [ -L "$one" ]; then echo "  -> $(readlink -- "$one")"
  elif [ -f "$one" ]; then
    if [ "$(stat -c %s -- "$one")" -lt ${shown} ]; then sed 's/^/  | /' "$one"; echo
    else sha256sum <"$one"; fi
  fi
done`;

const outputScript = (command: string): string => `
echo ${quote(`$ ${command}`)}
( ${command}
) 2>&1
echo "  exit $?"`;

/** Everything a case compares, as text that is equal when the hosts are. */
export const stateOf = (machine: Machine, { paths, outputs }: Pick<Case, 'paths' | 'outputs'>): Promise<string> =>
  machine.run([...paths.map(pathScript), ...outputs.map(outputScript)].join('\n'));
