import { Kind, visit, type ConstDirectiveNode, type DocumentNode } from 'graphql';

/**
 * The features that a supergraph may require of the gateway (`@link(for:)`). A supergraph that requires another one does not
 * load.
 */
export const SUPPORTED_FEATURES: ReadonlySet<string> = new Set(
  [
    ['core', '0.1', '0.2'],
    ['join', '0.1', '0.2', '0.3', '0.4', '0.5'],
    ['tag', '0.1', '0.2', '0.3'],
    ['inaccessible', '0.1', '0.2'],
    ['authenticated', '0.1'],
    ['requiresScopes', '0.1'],
    ['policy', '0.1'],
    ['context', '0.1'],
    ['cost', '0.1'],
    ['cacheTag', '0.1'], // For caches of responses. It does not change them, and the gateway has no such cache.
  ].flatMap(([name, ...versions]) => versions.map((version) => `https://specs.apollo.dev/${name}/v${version}`)),
);

const CONNECT = 'https://specs.apollo.dev/connect/';
/** The directives of Apollo Connectors, which composition writes as `@join__directive(name:)`. */
const CONNECTOR_DIRECTIVES = new Set(['connect', 'source']);
/** The largest number of places that a message names. */
const MAX_PLACES = 3;

/** Throws an error that names each feature of a supergraph that the gateway would have to support and does not. */
export function requireSupportedFeatures(supergraph: DocumentNode): void {
  const required = supergraph.definitions
    .flatMap((node) => (node.kind === Kind.SCHEMA_DEFINITION || node.kind === Kind.SCHEMA_EXTENSION ? (node.directives ?? []) : []))
    .flatMap(requiredFeature)
    .filter(({ url }) => !SUPPORTED_FEATURES.has(url));
  const connectors = connectorPlaces(supergraph);
  const names = required.map(({ url, purpose }) => `${url} (for: ${purpose})`);
  if (connectors.length > 0 && !required.some(({ url }) => url.startsWith(CONNECT))) names.push(CONNECT);
  if (names.length === 0) return;
  const places = connectors.slice(0, MAX_PLACES).join(', ') + (connectors.length > MAX_PLACES ? ', …' : '');
  const explanation = connectors.length > 0 ? ` Apollo Connectors are used at ${places}: serve these fields from a subgraph.` : '';
  throw new Error(`The supergraph requires what this gateway does not support: ${names.join(', ')}.${explanation}`);
}

/** Returns the feature of a `@link` or `@core` that a gateway must support: one for security or execution. */
function requiredFeature(directive: ConstDirectiveNode): { url: string; purpose: string }[] {
  const url = stringArgument(directive, 'url') ?? stringArgument(directive, 'feature');
  const purpose = directive.arguments?.find(({ name }) => name.value === 'for')?.value;
  return url && purpose?.kind === Kind.ENUM ? [{ url: url.replace(/\/$/, ''), purpose: purpose.value }] : [];
}

function connectorPlaces(supergraph: DocumentNode): string[] {
  const places = new Set<string>();
  visit(supergraph, {
    Directive(node, _key, _parent, _path, ancestors) {
      const name = node.name.value === 'join__directive' ? stringArgument(node as ConstDirectiveNode, 'name') : undefined;
      if (!name || !CONNECTOR_DIRECTIVES.has(name)) return;
      const named = ancestors.flatMap((one) => ('name' in one && one.name ? [one.name.value] : []));
      places.add(named.length > 0 ? named.join('.') : 'schema');
    },
  });
  return [...places];
}

function stringArgument({ arguments: args }: ConstDirectiveNode, name: string): string | undefined {
  const value = args?.find((argument) => argument.name.value === name)?.value;
  return value?.kind === Kind.STRING ? value.value : undefined;
}
