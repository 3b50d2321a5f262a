/** Jinja2 as Ansible configures it: an interpreter with no way to the host process. */

export { anyHostsOwn, leadBehind, namesBehind, ofAnyHost, opens } from './behind.ts';
export { isChancy, isQuoted } from './keeping.ts';
export { type Layer, layeredScope } from './layers.ts';
export { pureLookups } from './lookups/index.ts';
export { LOOKUP_NAMES } from './lookups/names.ts';
export { faultAt, Mistake, UnknownMet } from './mistakes.ts';
export { isPart, type Piece, piecesOf, type Use } from './pieces.ts';
export { reachesAnything, reaching } from './reaching.ts';
export { evaluateCondition, evaluateExpression, renderTemplate, renderText, renderValue } from './render.ts';
export { type Budget, DEFAULT_BUDGET } from './run/budget.ts';
export type { Lookup, LookupCall, Lookups, TemplateEnv } from './run/env.ts';
export { isLazy, isUnknown, type Lazy, lazy, type Scope, type Unknown, unknown } from './scope.ts';
export { type Span, spansOf } from './spans.ts';
export {
  type Condition,
  expressionNames,
  hasTemplate,
  parseExpression,
  parseTemplate,
  type Template,
  type TemplateOptions,
} from './template.ts';
export { type Stretch, traceTemplate } from './trace.ts';
