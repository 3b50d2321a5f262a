import type { Expression, Parameter, Statement, Target } from './ast.ts';
import { type ExpressionOptions, ExpressionParser } from './parse-expression.ts';
import { parseTarget, parseTargets } from './parse-target.ts';
import type { Source } from './source.ts';
import type { TokenStream } from './stream.ts';

type Reader = (parser: StatementParser, offset: number) => Statement;

/** Reads a whole template. */
export class StatementParser {
  readonly stream: TokenStream;
  readonly source: Source;
  readonly expressions: ExpressionParser;
  loops = 0;

  constructor(stream: TokenStream, options: ExpressionOptions) {
    this.stream = stream;
    this.source = stream.source;
    this.expressions = new ExpressionParser(stream, options);
  }

  /** Everything up to the end. */
  template(): Statement[] {
    return this.until([], 0);
  }

  /** Statements up to one of these tags, whose name is then next. */
  until(ends: readonly string[], opened: number): Statement[] {
    const body: Statement[] = [];
    while (true) {
      const token = this.stream.take();
      if (token.kind === 'data') body.push({ node: 'data', text: token.text, offset: token.offset });
      else if (token.kind === 'variable_begin') body.push(this.output(token.offset));
      else if (token.kind === 'block_begin' && this.stream.isName(...ends)) return body;
      else if (token.kind === 'block_begin') body.push(this.statement(token.offset, ends));
      else if (ends.length === 0) return body;
      else throw this.unclosed(ends, opened);
    }
  }

  /** A tag's body: closes the tag, reads to one of the ends, and says which. */
  body(ends: readonly string[], opened: number): { statements: Statement[]; end: string } {
    this.stream.skipOperator(':');
    this.closeTag();
    const statements = this.stream.nested(() => this.until(ends, opened));
    return { statements, end: this.stream.take().text };
  }

  /** A body with one possible end, whose tag is left for the caller to close. */
  simpleBody(end: string, opened: number): Statement[] {
    return this.body([end], opened).statements;
  }

  closeTag(): void {
    this.stream.expectKind('block_end');
  }

  private unclosed(ends: readonly string[], opened: number): Error {
    const names = ends.join("', '");
    return this.source.fault(opened, `this tag has no '${names}'`, `cette balise n’a pas de « ${names} »`);
  }

  private output(offset: number): Statement {
    const value = this.expressions.tuple();
    this.stream.expectKind('variable_end');
    return { node: 'output', value, offset: value.offset === 0 ? offset : value.offset };
  }

  private statement(offset: number, ends: readonly string[]): Statement {
    const name = this.stream.expectKind('name');
    const reader = READERS.get(name.text);
    if (reader === undefined) throw this.unknownTag(name.text, name.offset, ends);
    const made = reader(this, offset);
    this.closeTag();
    return made;
  }

  private unknownTag(name: string, offset: number, ends: readonly string[]): Error {
    if (LATER.has(name)) {
      return this.source.fault(
        offset,
        `'${name}' is not supported in templates`,
        `« ${name} » n’est pas géré dans les modèles`,
      );
    }
    if (name.startsWith('end') || name === 'else' || name === 'elif') {
      const wanted = ends.join("', '") || '-';
      return this.source.fault(
        offset,
        `'${name}' closes nothing here; expected '${wanted}'`,
        `« ${name} » ne ferme rien ici ; attendu : « ${wanted} »`,
      );
    }
    return this.source.fault(offset, `there is no tag '${name}'`, `il n’y a pas de balise « ${name} »`);
  }
}

const LATER: ReadonlySet<string> = new Set(['include', 'import', 'from', 'extends', 'trans', 'debug']);

const readIf: Reader = (parser, offset) => {
  const branches: { test: Expression; body: readonly Statement[] }[] = [];
  while (true) {
    const test = parser.expressions.tuple({ withChoice: false });
    const { statements, end } = parser.body(['elif', 'else', 'endif'], offset);
    branches.push({ test, body: statements });
    if (end === 'elif') continue;
    const otherwise = end === 'else' ? parser.simpleBody('endif', offset) : [];
    return { node: 'if', branches, otherwise, offset };
  }
};

const readFor: Reader = (parser, offset) => {
  const { stream, expressions } = parser;
  const target = parseTargets(stream, () => stream.isName('in'));
  stream.expectName('in');
  const items = expressions.tuple({ withChoice: false, end: () => stream.isName('recursive', 'if') });
  const test = stream.skipName('if') ? expressions.expression() : undefined;
  const recursive = stream.skipName('recursive');
  parser.loops += 1;
  const { statements, end } = parser.body(['endfor', 'else'], offset);
  parser.loops -= 1;
  const otherwise = end === 'else' ? parser.simpleBody('endfor', offset) : [];
  return {
    node: 'for',
    target,
    items,
    recursive,
    body: statements,
    otherwise,
    offset,
    ...(test === undefined ? {} : { test }),
  };
};

const readSet: Reader = (parser, offset) => {
  const { stream, expressions } = parser;
  const target = parseTargets(stream, () => stream.isOperator('='), true);
  if (stream.skipOperator('=')) return { node: 'set', target, value: expressions.tuple(), offset };
  let filter: Expression | undefined;
  while (stream.isOperator('|')) filter = expressions.filter(filter);
  return { node: 'set-block', target, filter, body: parser.simpleBody('endset', offset), offset };
};

const readWith: Reader = (parser, offset) => {
  const { stream, expressions } = parser;
  const targets: { target: Target; value: Expression }[] = [];
  while (stream.peek().kind !== 'block_end') {
    if (targets.length > 0) stream.expectOperator(',');
    const target = parseTarget(stream);
    stream.expectOperator('=');
    targets.push({ target, value: expressions.expression() });
  }
  return { node: 'with', targets, body: parser.simpleBody('endwith', offset), offset };
};

function readParameters(parser: StatementParser): Parameter[] {
  const { stream, expressions } = parser;
  stream.expectOperator('(');
  const parameters: Parameter[] = [];
  while (!stream.isOperator(')')) {
    if (parameters.length > 0) stream.expectOperator(',');
    const { text, offset } = stream.expectKind('name');
    const byDefault = stream.skipOperator('=') ? expressions.expression() : undefined;
    if (byDefault === undefined && parameters.some((parameter) => parameter.byDefault !== undefined)) {
      throw parser.source.fault(
        offset,
        `'${text}' needs a default, as those before it`,
        `« ${text} » doit avoir une valeur par défaut, comme ceux d’avant`,
      );
    }
    parameters.push(byDefault === undefined ? { name: text } : { name: text, byDefault });
  }
  stream.expectOperator(')');
  return parameters;
}

const readMacro: Reader = (parser, offset) => {
  const name = parser.stream.expectKind('name').text;
  const parameters = readParameters(parser);
  return { node: 'macro', name, parameters, body: parser.simpleBody('endmacro', offset), offset };
};

const readCall: Reader = (parser, offset) => {
  const parameters = parser.stream.isOperator('(') ? readParameters(parser) : [];
  const call = parser.expressions.expression();
  if (call.node !== 'call')
    throw parser.source.fault(offset, "'call' needs a call of a macro", '« call » attend un appel de macro');
  return { node: 'call-block', call, parameters, body: parser.simpleBody('endcall', offset), offset };
};

const readFilter: Reader = (parser, offset) => {
  let filter = parser.expressions.filterName(undefined);
  while (parser.stream.isOperator('|')) filter = parser.expressions.filter(filter);
  return { node: 'filter-block', filter, body: parser.simpleBody('endfilter', offset), offset };
};

const readPrint: Reader = (parser, offset) => {
  const outputs: Statement[] = [];
  while (parser.stream.peek().kind !== 'block_end') {
    if (outputs.length > 0) parser.stream.expectOperator(',');
    const value = parser.expressions.expression();
    outputs.push({ node: 'output', value, offset: value.offset });
  }
  return { node: 'if', branches: [], otherwise: outputs, offset };
};

const readBlock: Reader = (parser, offset) => {
  parser.stream.expectKind('name');
  parser.stream.skipName('scoped');
  const { statements } = parser.body(['endblock'], offset);
  if (parser.stream.peek().kind === 'name') parser.stream.take();
  return { node: 'scope', body: statements, offset };
};

const readAutoescape: Reader = (parser, offset) => {
  parser.expressions.expression();
  return { node: 'scope', body: parser.simpleBody('endautoescape', offset), offset };
};

const readJump =
  (node: 'break' | 'continue'): Reader =>
  (parser, offset) => {
    if (parser.loops > 0) return { node, offset };
    throw parser.source.fault(offset, `'${node}' stands outside a loop`, `« ${node} » est hors d’une boucle`);
  };

const READERS: ReadonlyMap<string, Reader> = new Map<string, Reader>([
  ['if', readIf],
  ['for', readFor],
  ['set', readSet],
  ['with', readWith],
  ['macro', readMacro],
  ['call', readCall],
  ['filter', readFilter],
  ['print', readPrint],
  ['block', readBlock],
  ['autoescape', readAutoescape],
  ['do', (parser, offset) => ({ node: 'do', value: parser.expressions.tuple(), offset })],
  ['break', readJump('break')],
  ['continue', readJump('continue')],
]);
