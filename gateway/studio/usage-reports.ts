import {
  HeaderMap,
  type ApolloServerPlugin,
  type GraphQLRequestContextDidResolveOperation,
  type GraphQLRequestContextWillSendResponse,
} from '@apollo/server';
import type { ExecutionResult } from 'graphql';
import type { Logger } from 'pino';
import type { ValidatedOperation } from '../../subgraphs/shared/server/validated-operations.js';
import type { GatewayContext } from '../context.js';
import type { ExecutionOptions } from '../execution/federation-gateway.js';
import { boundedFetcher } from './bounded-fetcher.js';
import type { StudioConfig } from './config.js';

/** The maximum size of a report before its compression, in bytes. A larger one is sent before its time. */
const MAX_REPORT_BYTES = 1024 * 1024;
/** The timeout of one attempt to send a report, and the number of attempts, after which it is dropped. */
const SENDING = { requestTimeoutMs: 10_000, maxAttempts: 2 };

/** A request of a known operation. */
export interface KnownRequest {
  known: ValidatedOperation;
  variables: Record<string, unknown>;
  context: GatewayContext;
  isGet: boolean;
}

type Metrics = NonNullable<ExecutionOptions<GatewayContext>['metrics']>;

/**
 * The usage reports to Apollo Studio, which Apollo Server's plugin collects and sends. Operations that do not go through Apollo
 * Server call the plugin through `report`.
 */
export class UsageReports {
  private constructor(
    readonly plugin: ApolloServerPlugin<GatewayContext>,
    /** The graph whose usage is reported, as Apollo Server's option `apollo`. */
    readonly graph: { key: string; graphRef: string },
    private readonly logger: Logger,
  ) {}

  /** Loads the plugin. Its reports have no values of variables, no headers and no messages of errors. */
  static async load({ key, graphRef, endpointUrl, traceShare, reportIntervalMs }: StudioConfig, logger: Logger): Promise<UsageReports> {
    const { ApolloServerPluginUsageReporting } = await import('@apollo/server/plugin/usageReporting');
    const plugin = ApolloServerPluginUsageReporting<GatewayContext>({
      logger,
      endpointUrl,
      fieldLevelInstrumentation: traceShare,
      sendVariableValues: { none: true },
      sendHeaders: { none: true },
      sendErrors: { masked: true },
      generateClientInfo: ({ contextValue }) => contextValue.client ?? {},
      maxUncompressedReportSize: MAX_REPORT_BYTES,
      reportIntervalMs,
      ...SENDING,
      fetcher: boundedFetcher() as never,
      reportErrorFunction: (error) => logger.warn({ err: error }, 'usage report was not sent'),
    });
    return new UsageReports(plugin, { key, graphRef }, logger);
  }

  /** Executes a known operation and reports it. `execute` gets the metrics, to which the gateway adds the traces of subgraphs. */
  async report(request: KnownRequest, execute: (metrics: Metrics) => Promise<ExecutionResult>): Promise<ExecutionResult> {
    const requestContext = requestContextOf(request, this.logger);
    const listener = await this.plugin.requestDidStart!(requestContext);
    if (!listener) return execute({});
    await listener.didResolveSource?.(requestContext);
    await listener.didResolveOperation?.(requestContext);
    const result = await execute(requestContext.metrics as Metrics);
    await listener.willSendResponse?.(Object.assign(requestContext, { errors: result.errors }));
    return result;
  }
}

/** Returns what the plugin reads of Apollo Server's context of a request. */
function requestContextOf({ known, variables, context, isGet }: KnownRequest, logger: Logger) {
  const { document, operation, operationName, queryHash, schema } = known;
  const requestContext = {
    logger,
    metrics: {},
    schema,
    document,
    source: document.loc?.source.body ?? '',
    operation,
    operationName,
    queryHash,
    contextValue: context,
    request: { variables, http: { method: isGet ? 'GET' : 'POST', headers: new HeaderMap() } },
    response: { http: { headers: new HeaderMap() }, body: { kind: 'single', singleResult: {} } },
    overallCachePolicy: { policyIfCacheable: () => null },
  };
  return requestContext as unknown as GraphQLRequestContextDidResolveOperation<GatewayContext> &
    GraphQLRequestContextWillSendResponse<GatewayContext>;
}
