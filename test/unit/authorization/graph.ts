import { Supergraph } from '@apollo/federation-internals';
import { parse, print, type GraphQLSchema, type OperationDefinitionNode } from 'graphql';
import { Authorization, type FilteredOperation } from '../../../gateway/authorization/authorization.js';
import type { Credentials } from '../../../gateway/authorization/access-requirement.js';
import { compose } from '../../../gateway/supergraph/compose.js';

const IMPORTS = ['@key', '@authenticated', '@requiresScopes', '@policy', '@external', '@requires', '@shareable', '@inaccessible'];
const MORE = ['@context', '@fromContext', '@interfaceObject'];

/** Composes subgraphs that import everything under its own name. */
export const composed = (...subgraphs: string[]): string => {
  const names = [...IMPORTS, ...MORE].map((name) => `"${name}"`).join(', ');
  const link = `extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: [${names}])`;
  return compose(subgraphs.map((sdl, index) => ({ name: `s${index}`, url: `http://s${index}`, sdl: `${link}\n${sdl}` })));
};

/** The API schema of the supergraph. */
export const apiSchema = (supergraph: string): GraphQLSchema =>
  Supergraph.build(supergraph, { supportedFeatures: null }).apiSchema().toGraphQLJSSchema({ includeDefer: true });

export const ANYONE: Credentials = { isAuthenticated: false, scopes: new Set(), policies: new Set() };
export const MEMBER: Credentials = { ...ANYONE, isAuthenticated: true };
export const withScopes = (...scopes: string[]): Credentials => ({ ...MEMBER, scopes: new Set(scopes) });
export const withPolicies = (...policies: string[]): Credentials => ({ ...MEMBER, policies: new Set(policies) });

/** Returns the filtered operation as one line of text, with the refused types by path; `all` if the viewer may read all of it. */
export function ask(supergraph: string, operation: string, credentials: Credentials) {
  const remainder = remainderOf(supergraph, operation, credentials);
  if (!remainder) return 'all';
  const { document, unauthorizedFields } = remainder;
  return {
    remains: document && print(document).replace(/\s+/g, ' '),
    refused: Object.fromEntries([...unauthorizedFields].map(([path, types]) => [path, [...types].sort()])),
  };
}

/** Returns the filtered operation; null if the viewer may read all of it. */
export function remainderOf(supergraph: string, operation: string, credentials: Credentials): FilteredOperation | null {
  const authorization = Authorization.of(supergraph, apiSchema(supergraph))!;
  const document = parse(operation);
  const [definition] = document.definitions;
  return authorization.requirementsOf(document, definition as OperationDefinitionNode)?.filterFor(credentials) ?? null;
}
