import type { Position } from '../tree.ts';
import { knownNames } from './registry.ts';
import type { Expression, Statement } from './syntax/ast.ts';
import { withinStack } from './syntax/guard.ts';
import { ExpressionLexer } from './syntax/lex-expression.ts';
import { lexTemplate } from './syntax/lexer.ts';
import { freeNames } from './syntax/names.ts';
import { ExpressionParser } from './syntax/parse-expression.ts';
import { StatementParser } from './syntax/parse-statement.ts';
import { Source } from './syntax/source.ts';
import { TokenStream } from './syntax/stream.ts';
import { countAtEnd } from './values/text.ts';

/** How a template is read. */
export interface TemplateOptions {
  /**
   * `value`: a string of a playbook or of variables; backslashes in its texts are literal, as in Ansible. `file`: a
   * template file; texts have Python's escapes, the result is text. `value` unless told otherwise.
   */
  readonly kind?: 'value' | 'file';
  /** Drops the newline after a block tag; true unless told otherwise. */
  readonly trimBlocks?: boolean;
  /** Drops blanks before a block tag at the start of a line; false unless told otherwise. */
  readonly lstripBlocks?: boolean;
}

/** A template read and checked: every filter, test and lookup in it exists. */
export interface Template {
  readonly source: Source;
  readonly body: readonly Statement[];
  readonly kind: 'value' | 'file';
  /** Newlines at the end of what was written; the result ends with as many. */
  readonly newlines: number;
}

const HEADER = '#jinja2:';

/** `#jinja2: trim_blocks: False, lstrip_blocks: True` in the first line. */
function header(
  source: Source,
  options: TemplateOptions,
): { readonly options: TemplateOptions; readonly skip: number } {
  if (!source.text.startsWith(HEADER)) return { options, skip: 0 };
  const end = source.text.indexOf('\n');
  const line = source.text.slice(HEADER.length, end < 0 ? undefined : end);
  let changed = options;
  for (const pair of line.split(',')) {
    const match = /^\s*(trim_blocks|lstrip_blocks)\s*:\s*(True|False|true|false)\s*$/.exec(pair);
    if (match === null) {
      throw source.fault(
        0,
        `'${pair.trim()}' in the #jinja2 line is not supported`,
        `« ${pair.trim()} » dans la ligne #jinja2 n’est pas géré`,
      );
    }
    const on = match[2]?.toLowerCase() === 'true';
    changed = match[1] === 'trim_blocks' ? { ...changed, trimBlocks: on } : { ...changed, lstripBlocks: on };
  }
  return { options: changed, skip: end < 0 ? source.text.length : end + 1 };
}

/** Drops the header without moving what follows it: places stay right. */
const blanked = (text: string, skip: number): string => text.slice(skip);

/** Reads a template; throws a Fault `template.syntax` with its place. */
export function parseTemplate(text: string, at: Position, options: TemplateOptions = {}): Template {
  const normal = text.replace(/\r\n?/g, '\n');
  const first = header(new Source(normal, at), options);
  const rest = blanked(normal, first.skip);
  const place: Position = first.skip === 0 ? at : { ...at, line: at.line + 1, column: 1 };
  const source = new Source(rest.endsWith('\n') ? rest.slice(0, -1) : rest, place);
  const { kind = 'value', trimBlocks = true, lstripBlocks = false } = first.options;
  const tokens = lexTemplate(source, { trimBlocks, lstripBlocks, literalBackslashes: kind === 'value' });
  const parser = new StatementParser(new TokenStream(source, tokens), { known: knownNames });
  const body = withinStack(source, () => parser.template());
  return { source, body, kind, newlines: countAtEnd(rest, '\n') };
}

/** A bare expression, as in `when`. */
export interface Condition {
  readonly source: Source;
  readonly expression: Expression;
}

/**
 * Reads a bare expression. `{{ x }}` within it stands for `(x)`, in a text for a part of the text: what Ansible does by
 * pasting the value into the expression is done here without ever reading a value as code.
 */
export function parseExpression(text: string, at: Position): Condition {
  const source = new Source(text.replace(/\r\n?/g, '\n'), at);
  const tokens = new ExpressionLexer(source, 0, false).toEnd();
  const stream = new TokenStream(source, tokens);
  const parser = new ExpressionParser(stream, {
    known: knownNames,
    inlineTemplate: (inner, offset) => inlined(inner, source.place(offset), offset),
  });
  const expression = withinStack(source, () => parser.expression());
  if (stream.peek().kind !== 'end') throw stream.expected('the end of the expression', 'la fin de l’expression');
  return { source, expression };
}

/** A text with `{{ }}` in it, as the joining of its parts; their places are the text's. */
function inlined(text: string, at: Position, offset: number): Expression {
  const { body } = parseTemplate(text, at);
  const parts = body.map((statement): Expression => {
    if (statement.node === 'data') return { node: 'literal', value: statement.text, offset };
    if (statement.node === 'output') return moved(statement.value, offset);
    throw new Source(text, at).fault(
      0,
      'only {{ }} can stand in a text here',
      'seul {{ }} peut être dans un texte ici',
    );
  });
  return { node: 'concat', parts: [{ node: 'literal', value: '', offset }, ...parts], offset };
}

/** The same expression with its outer place in the outer text. */
const moved = (expression: Expression, offset: number): Expression => ({ ...expression, offset });

const MARKERS = ['{{', '{%', '{#'];

/** True when a text may be a template: it holds an opening mark. */
export const hasTemplate = (text: string): boolean => MARKERS.some((marker) => text.includes(marker));

/** The variables a template reads. */
export const expressionNames = (template: Template): Set<string> =>
  withinStack(template.source, () => freeNames(template.body));
