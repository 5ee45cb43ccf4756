import { ApolloServer } from '@apollo/server';
import { ApolloServerPluginCacheControlDisabled, ApolloServerPluginLandingPageDisabled } from '@apollo/server/plugin/disabled';
import { admitSubscriptions } from '../../subgraphs/shared/server/admit-subscriptions.js';
import { createDocumentStore } from '../../subgraphs/shared/server/document-store.js';
import type { GatewayContext } from '../context.js';
import type { FederationGateway } from '../execution/federation-gateway.js';
import { DEFER_RULES } from '../guards/defer-rules.js';
import type { OperationGuards } from '../guards/operation-guards.js';
import type { Limits } from '../guards/limits.js';
import { toGraphQLError } from './error-reporter.js';
import type { KnownOperations } from './known-operations.js';

export interface ApolloOptions {
  gateway: FederationGateway<GatewayContext>;
  guards: OperationGuards;
  knownOperations: KnownOperations;
  limits: Limits;
  isProduction: boolean;
}

/**
 * Returns the Apollo Server that parses, validates and guards every operation of clients, subscriptions included. Known
 * operations skip it because it has accepted them before. Its results have unmasked errors: the route reports them.
 */
export const createApolloServer = ({
  gateway,
  guards,
  knownOperations,
  limits,
  isProduction,
}: ApolloOptions): ApolloServer<GatewayContext> =>
  new ApolloServer<GatewayContext>({
    gateway,
    introspection: !isProduction,
    stopOnTerminationSignals: false, // process.ts stops all parts of the process, in order.
    hideSchemaDetailsFromClientErrors: isProduction,
    includeStacktraceInErrorResponses: false,
    csrfPrevention: false, // cross-site.ts prevents CSRF, and accepts plain GETs of other clients than browsers.
    parseOptions: { maxTokens: limits.tokens },
    validationRules: DEFER_RULES,
    documentStore: createDocumentStore(),
    maxRecursiveSelections: true,
    plugins: [
      ApolloServerPluginLandingPageDisabled(),
      ApolloServerPluginCacheControlDisabled(), // Every response is no-store.
      guards.plugin,
      admitSubscriptions(SUBSCRIPTION_BY_HASH) as never,
      knownOperations.plugin,
    ],
    formatError: (_formatted, error) => toGraphQLError(error),
  });

/** The HTTP route recognizes subscriptions by their document, so it starts none that is requested by its hash only. */
const SUBSCRIPTION_BY_HASH =
  'A subscription cannot be requested by its hash alone. Send the document in "query", and accept text/event-stream.';
