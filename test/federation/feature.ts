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

/** An operation and its expected result: that of one GraphQL server with the data of all subgraphs. */
export interface Case extends Operation {
  /** The expected data, compared as JSON text because the order of keys matters. */
  data: unknown;
  /** The expected errors, in any order; none by default. */
  errors?: readonly ExpectedError[];
  /**
   * The expected requests, in any order: the name of the subgraph, then the representations, whose fields are sorted, as in
   * `prices Product{"id":"1"} Product{"id":"2"}`. Not compared if undefined.
   */
  requests?: readonly string[];
  /** The requests of Apollo's gateway, if they differ. */
  stockRequests?: readonly string[];
  /** The reason why Apollo's gateway returns another result. */
  stock?: string;
  /** The reason why our gateway returns another result: a known limitation. */
  ours?: string;
}

/** Cases by test title. */
export type Cases = Readonly<Record<string, Case>>;

/** The exports of the file of a feature. */
export interface Feature {
  graph: Graph;
  cases: Cases;
  /** The reason why Apollo's gateway refuses the supergraph. */
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
 * Returns a `__resolveReference` that finds an entity by the first of the keys (each one or more fields, as in `"id"` or
 * `"sku region"`) that the representation has, or returns null. The other fields of the representation, such as those of
 * `@requires`, are added to the row.
 */
export const byKey =
  (rows: readonly Row[], ...keys: readonly string[]) =>
  (representation: Row): Row | null => {
    const fields = keys.map((key) => key.split(' ')).find((names) => names.every((name) => name in representation));
    const row = fields && rows.find((candidate) => fields.every((name) => candidate[name] === representation[name]));
    return row ? { ...representation, ...row } : null;
  };

/** Returns a resolver that fails with this message and code. */
export const failing = (message: string, code: string) => (): never => {
  throw new GraphQLError(message, { extensions: { code } });
};
