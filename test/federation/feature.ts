import { GraphQLError } from 'graphql';
import type { Operation, TestSubgraph } from '../kit/federation.js';

/** The subgraphs of a feature by name. */
export type Graph = Readonly<Record<string, TestSubgraph>>;

/** The expected properties of an error. Message and code are compared only if the case specifies them. */
export interface ExpectedError {
  message?: string;
  path: (string | number)[];
  code?: string;
}

/** An operation and its right answer: what one GraphQL server that holds the data of all the subgraphs would say. */
export interface Case extends Operation {
  /** Compared as JSON text, for the order of keys counts. */
  data: unknown;
  /** In any order; none are expected where none are given. */
  errors?: readonly ExpectedError[];
  /**
   * Every request that a subgraph gets, in any order: its name, then the representations that it is sent
   * with their fields in the order of the alphabet, as in `prices Product{"id":"1"} Product{"id":"2"}`.
   */
  asks?: readonly string[];
  /** Those of Apollo's gateway, where it needs others. */
  stockAsks?: readonly string[];
  /** Why Apollo's gateway answers otherwise. */
  stock?: string;
  /** Why ours does: a limit of it. */
  ours?: string;
}

/** Cases by what they say. */
export type Cases = Readonly<Record<string, Case>>;

/** The exports of the file of a feature. */
export interface Feature {
  graph: Graph;
  cases: Cases;
  /** Why Apollo's gateway does not take the supergraph. */
  stock?: string;
}

const DIRECTIVES = [
  '@key',
  '@requires',
  '@provides',
  '@external',
  '@shareable',
  '@override',
  '@inaccessible',
  '@interfaceObject',
  '@context',
  '@fromContext',
];

/** A Federation 2 subgraph. */
export const subgraph = (typeDefs: string, resolvers: object = {}): TestSubgraph => ({
  typeDefs: `extend schema @link(url: "https://specs.apollo.dev/federation/v2.8", import: ${JSON.stringify(DIRECTIVES)})\n${typeDefs}`,
  resolvers,
});

type Row = object & Record<string, unknown>;

/**
 * A `__resolveReference` that looks an entity up by the first of the keys (each one or more fields, as in `"id"` or
 * `"sku region"`) that the representation has, null when there is none. What else the representation brings, such as
 * fields of `@requires`, comes with the row.
 */
export const byKey =
  (rows: readonly Row[], ...keys: readonly string[]) =>
  (representation: Row): Row | null => {
    const fields = keys.map((key) => key.split(' ')).find((names) => names.every((name) => name in representation));
    const row = fields && rows.find((candidate) => fields.every((name) => candidate[name] === representation[name]));
    return row ? { ...representation, ...row } : null;
  };

/** The value of a field that fails. */
export const failing = (message: string, code: string) => (): never => {
  throw new GraphQLError(message, { extensions: { code } });
};
