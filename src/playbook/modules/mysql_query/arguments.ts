import type { Json, JsonObject } from '#core/json.ts';
import type { ModuleArg } from '../module.ts';
import { type Login, loginArguments, loginOf } from '../mysql/client.ts';
import { wrong } from '../state/wrong.ts';
import { bindValues, type Statement, type Values } from './bind.ts';

/** The arguments of `mysql_query`. */
export const queryArguments = {
  ...loginArguments,
  query: { type: 'raw', required: true },
  login_db: { type: 'str' },
  positional_args: { type: 'list' },
  named_args: { type: 'dict' },
  session_vars: { type: 'dict' },
  single_transaction: { type: 'bool', default: false },
} satisfies Record<string, ModuleArg>;

/** Prepared arguments of `mysql_query`. */
export interface QueryArgs {
  readonly login: Login;
  readonly database: string;
  readonly queries: readonly Statement[];
  readonly variables: readonly (readonly [string, Json])[];
  readonly single: boolean;
}

const queriesOf = (query: Json | undefined): readonly string[] => {
  const given = (Array.isArray(query) ? query : [query]).filter((one) => typeof one === 'string');
  const asked = Array.isArray(query) ? query.length : 1;
  if (given.length > 0 && given.length === asked && given.every((one) => one.trim() !== '')) return given;
  throw wrong(
    'mysql_query: query must be a text, or a list of texts, none of them empty.',
    'mysql_query : query doit être un texte ou une liste de textes, aucun vide.',
  );
};

const isObject = (value: unknown): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const objectOf = (value: Json | undefined): JsonObject => (isObject(value) ? value : {});

/* No values at all: then a percent sign is nothing special. */
const valuesOf = ({ positional_args: places, named_args: names }: JsonObject): Values | undefined => {
  if (places !== undefined && names !== undefined)
    throw wrong(
      'mysql_query: positional_args and named_args exclude each other.',
      'mysql_query : positional_args ou named_args, pas les deux.',
    );
  if (Array.isArray(places)) return places.length === 0 ? undefined : places;
  return Object.keys(objectOf(names)).length === 0 ? undefined : objectOf(names);
};

const variablesOf = (given: Json | undefined): QueryArgs['variables'] =>
  Object.entries(objectOf(given)).map(([name, value]) => {
    if (/^\w+$/.test(name) && !Array.isArray(value)) return [name, value];
    throw wrong(
      `mysql_query: session_vars: “${name}” must be a variable's name, with one value.`,
      `mysql_query : session_vars : « ${name} » doit être le nom d’une variable, avec une seule valeur.`,
    );
  });

/* A semicolon at the end is no second statement. */
const bare = (query: string): string => query.replace(/[;\s]+$/, '');

/** Checks the arguments and puts the values in their places. Throws a Fault where they do not fit. */
export const prepareQuery = (args: JsonObject): QueryArgs => {
  const values = valuesOf(args);
  return {
    login: loginOf(args),
    database: typeof args.login_db === 'string' ? args.login_db : '',
    queries: queriesOf(args.query).map((query) => bindValues(bare(query), values)),
    variables: variablesOf(args.session_vars),
    single: args.single_transaction === true,
  };
};
