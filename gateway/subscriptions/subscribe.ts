import { createHash } from 'node:crypto';
import {
  getOperationAST,
  GraphQLError,
  OperationTypeNode,
  parse,
  validate,
  type DocumentNode,
  type FormattedExecutionResult,
  type GraphQLSchema,
  type OperationDefinitionNode,
} from 'graphql';
import { requireScope } from '../../subgraphs/shared/viewer/require-scope.js';
import type { GatewayContext } from '../context.js';
import type { FederationGateway } from '../execution/federation-gateway.js';
import type { Subgraphs } from '../execution/subgraphs.js';
import { limits, MAX_TOKENS } from '../guards/limits.js';
import { storableValues } from '../guards/values.js';
import type { Subscribe } from './route.js';

export interface SubscriberOptions {
  gateway: FederationGateway<GatewayContext>;
  subgraphs: Subgraphs;
  /** Makes the errors of a refusal such as clients may see them. */
  format: (errors: readonly GraphQLError[], context: GatewayContext) => FormattedExecutionResult['errors'];
}

/**
 * Subscriptions of clients: checked as Apollo Server checks other operations, which does not answer subscriptions itself;
 * then the events of the subgraph that owns the field, each completed from the others.
 */
export function subscriber({ gateway, subgraphs, format }: SubscriberOptions): Subscribe<GatewayContext> {
  return async ({ query = '', variables = {}, operationName, contextValue, lastEventId, signal }) => {
    const { current: generation } = gateway;
    const checked = check(generation.schema, query, operationName);
    if (!('operation' in checked)) return { errors: format(checked.errors, contextValue) };
    const context: GatewayContext = { ...contextValue, operation: OperationTypeNode.SUBSCRIPTION, signal };
    await admit({ ...checked, request: { variables }, contextValue: context });

    const events = await generation
      .operation({ ...checked, operationName: operationName ?? null, queryHash: createHash('sha256').update(query).digest('hex') })
      .subscribe(gateway.request(context, generation, variables), (name, body) =>
        subgraphs.events(context, generation.urls, name, body, lastEventId),
      );
    return Symbol.asyncIterator in events ? events : { errors: format(events.errors ?? [], context) };
  };
}

interface Checked {
  document: DocumentNode;
  operation: OperationDefinitionNode;
}

const INVALID = { code: 'GRAPHQL_VALIDATION_FAILED' };

function check(schema: GraphQLSchema, query: string, operationName: string | undefined): Checked | { errors: readonly GraphQLError[] } {
  const document = parse(query, { maxTokens: MAX_TOKENS });
  const errors = validate(schema, document);
  if (errors.length > 0) return { errors: errors.map(({ message, nodes }) => new GraphQLError(message, { nodes, extensions: INVALID })) };
  return { document, operation: getOperationAST(document, operationName)! };
}

/** The guards of every operation; one that refuses throws. */
async function admit(request: Parameters<Guard>[0]): Promise<void> {
  for (const guard of [requireScope, limits, storableValues]) {
    const { didResolveOperation } = await guard.requestDidStart();
    await (didResolveOperation as Guard)(request);
  }
}

type Guard = (request: Checked & { request: { variables: Record<string, unknown> }; contextValue: GatewayContext }) => Promise<void>;
