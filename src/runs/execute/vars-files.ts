import { Fault, refusalOf } from '#core/errors.ts';
import { t } from '#core/text.ts';
import { refuseWays } from '#playbook/inventory/connection-variables.ts';
import { isUnknown } from '#playbook/templates/scope.ts';
import type { Vars, Written } from '#playbook/tree.ts';
import { hidden } from './clip.ts';
import { toldOf } from './failures.ts';
import type { PlayGoing } from './going.ts';
import { type HostState, leave } from './host-state.ts';
import type { Walk } from './walk.ts';

/** Reads the play's `vars_files` for one host: of each entry the first file that is there. A host without them takes no part. */
export function readVarsFiles(walk: Walk, going: PlayGoing, state: HostState): void {
  state.varsFiles = {};
  try {
    for (const choices of going.play.varsFiles) {
      state.varsFiles = { ...state.varsFiles, ...readFirst(walk, going, state, choices) };
    }
  } catch (thrown) {
    const refusal = refusalOf(thrown);
    if (!refusal) throw thrown;
    leave(state, 'failed');
    const { at, common } = going.play;
    walk.halt.tell(toldOf({ noLog: common.noLog, at }, refusal));
    walk.halt.stop({ state: 'failed', refusal });
  }
}

function readFirst(walk: Walk, going: PlayGoing, state: HostState, choices: readonly Written<string>[]): Vars {
  const tried: string[] = [];
  for (const choice of choices) {
    const name = walk.language.value(choice, walk.scopeOf(state, going, undefined, {}));
    if (isUnknown(name)) continue;
    tried.push(String(name));
    const found = walk.variablesFile(String(name), { file: going.play.file });
    if (!found) continue;
    refuseWays(found);
    return found;
  }
  const [first] = choices;
  const { file, line, column } = first?.at ?? going.play.at;
  const names = going.play.common.noLog ? hidden : tried.join(', ');
  throw new Fault({
    code: 'playbook.vars_files',
    say: t(
      `${file}:${line}:${column}: there is no file of variables ${names}.`,
      `${file}:${line}:${column} : il n’y a pas de fichier de variables ${names}.`,
    ),
  });
}
