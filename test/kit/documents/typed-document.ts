import type { GraphQLResponse } from './response.js';

declare const TYPES: unique symbol;

/** A GraphQL document with the types of its result and of its variables. At run time it is the text alone. */
export type TypedDocument<Result, Variables> = string & { readonly [TYPES]: { result: Result; variables: Variables } };

/** A document that a test builds at run time, or that is invalid on purpose; the test declares the type of the result. */
export type UntypedDocument = string & { readonly [TYPES]?: never };

/**
 * The variables of a document by name. Their values are not typed: many tests send what the schema forbids. A test of a
 * wrong or missing name passes its document as a plain string.
 */
export type VariablesOf<Variables> = { [Name in keyof Variables]: unknown };

/** The arguments after a document: optional if the document requires no variable. */
export type VariablesArgument<Variables> =
  Record<string, never> extends Variables ? [variables?: VariablesOf<Variables>] : [variables: VariablesOf<Variables>];

/** Sends an operation for a caller: a viewer in front of a subgraph, an API key in front of the gateway. */
export interface Execute<Caller> {
  <Result, Variables>(
    caller: Caller,
    document: TypedDocument<Result, Variables>,
    ...variables: VariablesArgument<Variables>
  ): Promise<GraphQLResponse<Result>>;
  <Data = unknown>(caller: Caller, document: UntypedDocument, variables?: object): Promise<GraphQLResponse<Data>>;
}

/** Subscribes for a caller and yields each response. `return()` ends the subscription. */
export interface Subscribe<Caller> {
  <Result, Variables>(
    caller: Caller,
    document: TypedDocument<Result, Variables>,
    ...variables: VariablesArgument<Variables>
  ): AsyncIterableIterator<GraphQLResponse<Result>>;
  <Data = unknown>(
    caller: Caller,
    document: UntypedDocument,
    variables?: Record<string, unknown>,
  ): AsyncIterableIterator<GraphQLResponse<Data>>;
}

/** Makes the `graphql` function of a schema, which gives a document its types. `npm run generate` writes `Documents`. */
export const typedDocuments =
  <Documents>() =>
  <const Source extends keyof Documents>(source: Source): Documents[Source] =>
    source as never;
