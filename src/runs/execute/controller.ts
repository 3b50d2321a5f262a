import type { Json } from '#core/json.ts';
import type { Controller } from '#playbook/modules/module.ts';
import { isUnknown, type Scope, type Unknown } from '#playbook/templates/scope.ts';
import type { Position } from '#playbook/tree.ts';
import type { ReadableFiles } from './readable.ts';
import { Undecided } from './undecided.ts';
import type { Language } from './walk.ts';

function known<T>(value: T | Unknown): T {
  if (isUnknown(value)) throw new Undecided(value.unknownBecause);
  return value;
}

/** The controller as one task on one host sees it: its files and its variables. */
export function createController(
  files: ReadableFiles,
  language: Language,
  task: {
    /** The task's variables as they are now. */
    scope(): Scope;
    readonly at: Position;
    readonly playbook: string;
    /** Before a text is rendered: it may use what nobody asked the host for yet. */
    before(text: string): Promise<void>;
  },
): Controller {
  const { scope, at, playbook, before } = task;
  return {
    read: (src, kind) => files.read(src, kind, playbook),
    folder: (src) => files.folder(src, playbook),
    async render(text, file) {
      await before(text);
      return known(language.text(text, file, scope()));
    },
    test: async (expression) => known(language.condition({ value: expression, at }, scope())),
    evaluate: async (expression) => known<Json>(language.expression({ value: expression, at }, scope())),
  };
}
