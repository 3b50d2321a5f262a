import type { Value } from '../values/value.ts';

/** Arguments as written. */
export interface CallArguments {
  readonly positional: readonly Expression[];
  readonly named: readonly { readonly name: string; readonly value: Expression }[];
  /** `*list` */
  readonly rest?: Expression;
  /** `**dict` */
  readonly restNamed?: Expression;
}

export type BinaryOperator = '+' | '-' | '*' | '/' | '//' | '%' | '**';
export type CompareOperator = '==' | '!=' | '<' | '<=' | '>' | '>=' | 'in' | 'not in';

interface Placed {
  /** Where it begins in the template's text. */
  readonly offset: number;
}

/** An expression. */
export type Expression = Placed &
  (
    | { readonly node: 'literal'; readonly value: Value }
    | { readonly node: 'name'; readonly name: string }
    | { readonly node: 'list'; readonly items: readonly Expression[] }
    | { readonly node: 'tuple'; readonly items: readonly Expression[] }
    | { readonly node: 'dict'; readonly pairs: readonly (readonly [Expression, Expression])[] }
    | { readonly node: 'attribute'; readonly of: Expression; readonly name: string }
    | { readonly node: 'item'; readonly of: Expression; readonly key: Expression }
    | {
        readonly node: 'slice';
        readonly of: Expression;
        readonly start?: Expression;
        readonly stop?: Expression;
        readonly step?: Expression;
      }
    | { readonly node: 'call'; readonly callee: Expression; readonly args: CallArguments }
    | {
        readonly node: 'filter';
        readonly name: string;
        readonly of: Expression | undefined;
        readonly args: CallArguments;
      }
    | { readonly node: 'test'; readonly name: string; readonly of: Expression; readonly args: CallArguments }
    | { readonly node: 'not'; readonly of: Expression }
    | { readonly node: 'sign'; readonly sign: '+' | '-'; readonly of: Expression }
    | { readonly node: 'and' | 'or'; readonly left: Expression; readonly right: Expression }
    | {
        readonly node: 'binary';
        readonly operator: BinaryOperator;
        readonly left: Expression;
        readonly right: Expression;
      }
    | {
        readonly node: 'compare';
        readonly first: Expression;
        readonly rest: readonly { readonly operator: CompareOperator; readonly value: Expression }[];
      }
    | { readonly node: 'concat'; readonly parts: readonly Expression[] }
    | {
        readonly node: 'choice';
        readonly test: Expression;
        readonly yes: Expression;
        readonly no: Expression | undefined;
      }
  );

/** One kind of expression. */
export type ExpressionOf<Node extends Expression['node']> = Extract<Expression, { readonly node: Node }>;

/** What an assignment fills. */
export type Target = Placed &
  (
    | { readonly node: 'name'; readonly name: string }
    | { readonly node: 'tuple'; readonly items: readonly Target[] }
    | { readonly node: 'namespace'; readonly name: string; readonly attribute: string }
  );

/** A parameter of a macro. */
export interface Parameter {
  readonly name: string;
  readonly byDefault?: Expression;
}

/** What a template does, in order. */
export type Statement = Placed &
  (
    | { readonly node: 'data'; readonly text: string }
    | { readonly node: 'output'; readonly value: Expression }
    | {
        readonly node: 'if';
        readonly branches: readonly { readonly test: Expression; readonly body: readonly Statement[] }[];
        readonly otherwise: readonly Statement[];
      }
    | {
        readonly node: 'for';
        readonly target: Target;
        readonly items: Expression;
        readonly test?: Expression;
        readonly recursive: boolean;
        readonly body: readonly Statement[];
        readonly otherwise: readonly Statement[];
      }
    | { readonly node: 'set'; readonly target: Target; readonly value: Expression }
    | {
        readonly node: 'set-block';
        readonly target: Target;
        readonly filter: Expression | undefined;
        readonly body: readonly Statement[];
      }
    | {
        readonly node: 'with';
        readonly targets: readonly { readonly target: Target; readonly value: Expression }[];
        readonly body: readonly Statement[];
      }
    | { readonly node: 'filter-block'; readonly filter: Expression; readonly body: readonly Statement[] }
    | {
        readonly node: 'macro';
        readonly name: string;
        readonly parameters: readonly Parameter[];
        readonly body: readonly Statement[];
      }
    | {
        readonly node: 'call-block';
        readonly call: ExpressionOf<'call'>;
        readonly parameters: readonly Parameter[];
        readonly body: readonly Statement[];
      }
    | { readonly node: 'do'; readonly value: Expression }
    | { readonly node: 'scope'; readonly body: readonly Statement[] }
    | { readonly node: 'break' | 'continue' }
  );

/** One kind of statement. */
export type StatementOf<Node extends Statement['node']> = Extract<Statement, { readonly node: Node }>;
