import {
  expressionNames,
  hasTemplate,
  parseTemplate,
  reachesAnything,
  reaching,
  type Scope,
} from '#playbook/templates/index.ts';
import type { Written } from '#playbook/tree.ts';
import type { Unit } from '../unit.ts';
import type { Walk } from '../walk.ts';
import { isHarmless, texts } from './values.ts';

/** What a variable is made of: something typed, and whether that is more than plain words. */
export interface Origin {
  readonly name: string;
  readonly plain: boolean;
}

/** What one host's task changes for all of them. */
const ofAll = new Set(['groups', 'group_names']);

/** The worse of what was found. */
const worst = (origins: Iterable<Origin | undefined>): Origin | undefined => {
  let found: Origin | undefined;
  for (const origin of origins) {
    if (origin && !origin.plain) return origin;
    found ??= origin;
  }
  return found;
};

const namesIn = ({ value, at }: Written): readonly string[] =>
  [...texts(value)].flatMap((text) => (hasTemplate(text) ? [...expressionNames(parseTemplate(text, at))] : []));

/** Tells what typed value is in a variable of one task, directly or through variables made of it. */
export class TypedOrigins {
  private readonly walk: Walk;
  private readonly unit: Unit;
  private readonly scope: Scope;
  private readonly known = new Map<string, Origin | undefined>();
  private readonly choosers = new Map<string, string | undefined>();

  constructor(walk: Walk, unit: Unit, scope: Scope) {
    this.walk = walk;
    this.unit = unit;
    this.scope = scope;
  }

  ofNames(names: Iterable<string>): Origin | undefined {
    return worst([...names].map((name) => this.of(name)));
  }

  of(name: string): Origin | undefined {
    if (this.known.has(name)) return this.known.get(name);
    this.known.set(name, undefined);
    const origin = this.find(name);
    this.known.set(name, origin);
    return origin;
  }

  ofWritten(written: Written): Origin | undefined {
    return this.ofNames(namesIn(written));
  }

  /** The typed variable by which it was decided whether one of these was set, or to what. */
  chooserOf(names: Iterable<string>): string | undefined {
    if (this.unit.state.chosen.size === 0) return undefined;
    for (const name of names) {
      const found = this.chooser(name);
      if (found !== undefined) return found;
    }
    return undefined;
  }

  chooserOfWritten(written: Written): string | undefined {
    return this.unit.state.chosen.size === 0 ? undefined : this.chooserOf(namesIn(written));
  }

  private chooser(name: string): string | undefined {
    if (this.choosers.has(name)) return this.choosers.get(name);
    this.choosers.set(name, undefined);
    const { loop, loopControl } = this.unit.task;
    const isOfLoop = name === loopControl.loopVar || name === 'ansible_loop';
    const written = loop && isOfLoop ? loop : this.scope.written?.(name);
    const found = this.unit.state.chosen.get(name) ?? (written && this.chooserOfWritten(written));
    this.choosers.set(name, found);
    return found;
  }

  private find(name: string): Origin | undefined {
    const { walk, unit, scope } = this;
    const { loop, loopControl, loopWith } = unit.task;
    if (reachesAnything.has(name)) return this.anything();
    if (loop && (name === loopControl.loopVar || name === 'ansible_loop')) {
      return worst([
        this.ofWritten(loop),
        loopWith !== undefined && reaching.has(loopWith) ? this.anything() : undefined,
      ]);
    }
    if (Object.hasOwn(walk.typedVars, name)) return { name, plain: isHarmless(walk.typedVars[name]) };
    const kept = this.kept(name);
    if (kept) return kept;
    const written = name === 'ansible_play_name' ? unit.body.going.play.name : scope.written?.(name);
    return written && this.ofWritten(written);
  }

  private kept(name: string): Origin | undefined {
    const states = ofAll.has(name) ? [...this.walk.states.values()] : [this.unit.state];
    if (states.some(({ typed }) => typed.has(name))) return { name, plain: false };
    return states.some(({ words }) => words.has(name)) ? { name, plain: true } : undefined;
  }

  /** Something typed that a template could reach without naming it. */
  private anything(): Origin | undefined {
    const { typedVars, states } = this.walk;
    const kept = [...states.values()].flatMap(({ typed, words }): readonly Origin[] => [
      ...[...typed].map((name) => ({ name, plain: false })),
      ...[...words].map((name) => ({ name, plain: true })),
    ]);
    return worst([...Object.entries(typedVars).map(([name, value]) => ({ name, plain: isHarmless(value) })), ...kept]);
  }
}
