import type { Fault } from '#core/errors.ts';
import { refusalOf } from '#core/errors.ts';
import type { Json } from '#core/json.ts';
import { t } from '#core/text.ts';
import type { Written } from '../tree.ts';
import { faultAt, placeOf } from './mistakes.ts';
import { isTextual, renderTemplate, renderValue } from './render.ts';
import type { TemplateEnv } from './run/env.ts';
import { isLazy, type Lazy, type Scope, type Unknown } from './scope.ts';
import { hasTemplate, parseTemplate } from './template.ts';

/** Variables of one origin. Only what `lazy` made is a template; plain JSON is a value and is never rendered. */
export type Layer = Readonly<Record<string, Json | Lazy | Unknown>>;

const MAX_CHAIN = 100;

/** Variables in layers, the last one that has a name wins. Written values are rendered when first used, once. */
export function layeredScope(layers: readonly Layer[], env: TemplateEnv): Scope {
  return new LayeredScope(layers, env);
}

interface Rendered {
  readonly value: Json | Unknown;
  readonly textual: boolean;
}

class LayeredScope implements Scope {
  private readonly layers: readonly Layer[];
  private readonly env: TemplateEnv;
  private readonly rendered = new Map<string, Rendered>();
  private readonly failed = new Map<string, unknown>();
  private readonly underway: string[] = [];

  constructor(layers: readonly Layer[], env: TemplateEnv) {
    this.layers = layers.toReversed();
    this.env = env;
  }

  get(name: string): Json | Unknown | undefined {
    const found = this.find(name);
    return isLazy(found) ? this.render(name, found).value : found;
  }

  textual(name: string): boolean {
    const found = this.find(name);
    return isLazy(found) && this.render(name, found).textual;
  }

  written(name: string): Written | undefined {
    const found = this.find(name);
    return isLazy(found) ? found.lazy : undefined;
  }

  *names(): Iterable<string> {
    yield* new Set(this.layers.flatMap((layer) => Object.keys(layer)));
  }

  private find(name: string): Json | Lazy | Unknown | undefined {
    return this.layers.find((layer) => Object.hasOwn(layer, name))?.[name];
  }

  private render(name: string, written: Lazy): Rendered {
    const known = this.rendered.get(name);
    if (known !== undefined) return known;
    if (this.failed.has(name)) throw this.failed.get(name);
    this.enter(name, written);
    try {
      const rendered = this.compute(written);
      this.rendered.set(name, rendered);
      return rendered;
    } catch (thrown) {
      // A cycle is the fault of the whole chain, not of this name alone; anything else would fail again the same way.
      if (refusalOf(thrown)?.code === 'template.undefined') this.failed.set(name, thrown);
      throw thrown;
    } finally {
      this.underway.pop();
    }
  }

  private enter(name: string, written: Lazy): void {
    const { at } = written.lazy;
    if (this.underway.includes(name)) throw this.cycle(name, written);
    if (this.underway.length >= MAX_CHAIN) {
      const say = t(
        `more than ${MAX_CHAIN} variables are made of each other`,
        `plus de ${MAX_CHAIN} variables dépendent les unes des autres`,
      );
      throw faultAt('budget', say, at);
    }
    this.underway.push(name);
  }

  private cycle(name: string, written: Lazy): Fault {
    const chain = [...this.underway.slice(this.underway.indexOf(name)), name].join(' → ');
    const { at } = written.lazy;
    const say = t(
      `the variable '${name}' is made of itself: ${chain}`,
      `la variable « ${name} » dépend d’elle-même : ${chain}`,
    );
    return faultAt('cycle', say, at, placeOf(at));
  }

  private compute(written: Lazy): Rendered {
    const { value, at } = written.lazy;
    if (typeof value !== 'string') return { value: renderValue(value, at, this, this.env), textual: false };
    if (!hasTemplate(value)) return { value, textual: false };
    const template = parseTemplate(value, at);
    return { value: renderTemplate(template, this, this.env), textual: isTextual(template, this) };
  }
}
