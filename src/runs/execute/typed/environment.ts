import type { Json } from '#core/json.ts';
import { hasTemplate } from '#playbook/templates/index.ts';
import type { Written } from '#playbook/tree.ts';
import type { Unit } from '../unit.ts';
import type { Part, TypedParts } from './parts.ts';
import { isHarmless } from './values.ts';

/** A variable of a task's environment, with the parts of its value. */
export interface Setting {
  readonly name: string;
  readonly parts: readonly Part[];
  readonly written: Written;
}

/** What is wrong in an environment: with what was typed, and in which of its variables. */
export interface WrongSetting {
  readonly name: string;
  readonly variable: string;
  readonly written: Written;
}

/** Where programs look for others, and for what they load or run. */
const places = /PATH$|^LD_|^(?:PERL5|RUBY)LIB$|^(?:SHELL|BASH_ENV|ENV|PYTHONSTARTUP|GIT_SSH)$/;
/** What programs run, or read as more than a value. */
const commands =
  /_(?:COMMAND|OPTS|OPTIONS|ASKPASS)$|(?:EDITOR|PAGER|FLAGS)$|^(?:VISUAL|BROWSER|IFS|PS\d|LESS(?:OPEN|CLOSE)|(?:RUBY|PERL5)OPT|PERL5DB|GIT_EXTERNAL_DIFF|GIT_CONFIG\w*)$/;

const isGroup = (value: Json): value is Readonly<Record<string, Json>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** The variables in which something was typed; or what may not be in them. */
export function settingsOf({ task }: Unit, parts: TypedParts): readonly Setting[] | WrongSetting {
  const found: Setting[] = [];
  for (const { value, at } of task.environment) {
    for (const one of Array.isArray(value) ? (value as readonly Json[]) : [value]) {
      const names = isGroup(one) ? Object.keys(one).filter(hasTemplate) : one;
      const origin = parts.origins.ofWritten({ value: names, at });
      if (origin) return { name: origin.name, variable: '', written: { value, at } };
      for (const [name, text] of isGroup(one) ? Object.entries(one) : []) {
        const written = { value: text, at };
        if (!parts.origins.ofWritten(written)) continue;
        const made = parts.of(typeof text === 'string' ? text : JSON.stringify(text), at);
        if (made) found.push({ name, parts: made, written });
      }
    }
  }
  return wrongIn(found) ?? found;
}

function wrongIn(settings: readonly Setting[]): WrongSetting | undefined {
  for (const { name: variable, parts, written } of settings) {
    const part = parts.find(({ kind, text }) => kind !== 'written' && !mayBe(variable, text));
    if (part) return { name: part.name, variable, written };
  }
  return undefined;
}

/** True for what may be typed in a variable of that name. */
export function mayBe(variable: string, text: string): boolean {
  const place = places.test(variable);
  if (!place && !commands.test(variable)) return true;
  if (!isHarmless(text) || text.split('/').includes('..')) return false;
  return !place || !(text === '' || text === '.' || /[/:]/.test(text));
}
