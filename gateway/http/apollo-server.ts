import { ApolloServer } from '@apollo/server';
import {
  ApolloServerPluginCacheControlDisabled,
  ApolloServerPluginLandingPageDisabled,
  ApolloServerPluginSchemaReportingDisabled,
  ApolloServerPluginUsageReportingDisabled,
} from '@apollo/server/plugin/disabled';
import { admitSubscriptions } from '../../subgraphs/shared/server/admit-subscriptions.js';
import { createDocumentStore } from '../../subgraphs/shared/server/document-store.js';
import type { GatewayContext } from '../context.js';
import type { FederationGateway } from '../execution/federation-gateway.js';
import { DEFER_RULES } from '../guards/defer-rules.js';
import type { OperationGuards } from '../guards/operation-guards.js';
import type { Limits } from '../guards/limits.js';
import { toGraphQLError } from './error-reporter.js';
import type { UsageReports } from '../studio/usage-reports.js';
import type { KnownOperations } from './known-operations.js';

export interface ApolloOptions {
  gateway: FederationGateway<GatewayContext>;
  guards: OperationGuards;
  knownOperations: KnownOperations;
  limits: Limits;
  isProduction: boolean;
  /** The usage reports to Apollo Studio; null for none. */
  usageReports: UsageReports | null;
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
  usageReports,
}: ApolloOptions): ApolloServer<GatewayContext> =>
  new ApolloServer<GatewayContext>({
    gateway,
    apollo: usageReports?.graph,
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
      // Before the guards, so that the operations that they refuse are reported.
      usageReports ? usageReports.plugin : ApolloServerPluginUsageReportingDisabled(),
      ApolloServerPluginSchemaReportingDisabled(), // Subgraphs are published by rover, not by the gateway.
      guards.plugin,
      admitSubscriptions(SUBSCRIPTION_BY_HASH) as never,
      knownOperations.plugin,
    ],
    formatError: (_formatted, error) => toGraphQLError(error),
  });

/** The HTTP route recognizes subscriptions by their document, so it starts none that is requested by its hash only. */
const SUBSCRIPTION_BY_HASH =
  'A subscription cannot be requested by its hash alone. Send the document in "query", and accept text/event-stream.';
