import { Fault } from '#core/errors.ts';
import type { Json } from '#core/json.ts';
import { t } from '#core/text.ts';
import type { Controller } from '#playbook/modules/module.ts';
import { isUnknown, type Scope, type Unknown } from '#playbook/templates/scope.ts';
import type { Position, Vars } from '#playbook/tree.ts';
import type { FetchedFiles } from './fetched.ts';
import type { ReadableFiles } from './readable.ts';
import { Undecided } from './undecided.ts';
import type { Language } from './walk.ts';

function known<T>(value: T | Unknown): T {
  if (isUnknown(value)) throw new Undecided(value.unknownBecause);
  return value;
}

const noVariables = (file: string): Fault =>
  new Fault({
    code: 'step.no_file',
    say: t(`There is no file of variables “${file}”.`, `Il n’y a pas de fichier de variables « ${file} ».`),
    next: t('Correct the name, or add the file.', 'Corrigez le nom, ou ajoutez le fichier.'),
  });

/** The controller as one task on one host sees it: its files and its variables. */
export function createController(
  files: ReadableFiles,
  language: Language,
  task: {
    /** The task's variables as they are now. */
    scope(): Scope;
    readonly at: Position;
    /** The variables of a file, as its author wrote them; undefined when it is not there. */
    variables(file: string): Vars | undefined;
    /** What lies in a folder of variables. */
    names(folder: string): readonly string[];
    /** The folders its files are looked for in, the nearest first. */
    readonly places: readonly string[];
    /** The host it is about. */
    readonly host: string;
    readonly news: NonNullable<Controller['news']>;
    readonly fetched: FetchedFiles;
    /** Before a text is rendered: it may use what nobody asked the host for yet. */
    before(text: string): Promise<void>;
  },
): Controller {
  const { scope, at, places, before } = task;
  return {
    host: task.host,
    news: task.news,
    fetched: {
      place: (dest) => task.fetched.place(dest, task.host),
      claim: (path, sums) => task.fetched.claim(path, task.host, sums),
    },
    read: (src, kind) => files.read(src, kind, places),
    folder: (src) => files.folder(src, places),
    tree: (src, wish) => files.tree(src, places, wish),
    variables(file) {
      const found = task.variables(file);
      if (found === undefined) throw noVariables(file);
      return found;
    },
    variableFiles: (folder) => task.names(folder),
    async render(text, file) {
      await before(text);
      return known(language.text(text, file, scope()));
    },
    test: async (expression) => known(language.condition({ value: expression, at }, scope())),
    evaluate: async (expression) => known<Json>(language.expression({ value: expression, at }, scope())),
  };
}
