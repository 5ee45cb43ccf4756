// The entry of the package `@ml-platform-graph/gateway` (docs/library.md). What it imports is listed in .dependency-cruiser.cjs.
export { LibraryGateway as FederationGateway } from './library-gateway.js';
export { RemoteGraphQLDataSource, type RemoteDataSourceOptions } from './remote-data-source.js';
export type { GraphQLDataSource, ProcessOptions, ResponseHead, SubgraphDefinition, SubgraphHooks } from './data-source.js';
export type {
  ClientCredentials,
  FederationGatewayOptions,
  Logger,
  SupergraphManager,
  SupergraphSdlHook,
  SupergraphSdlHookOptions,
} from './options.js';
