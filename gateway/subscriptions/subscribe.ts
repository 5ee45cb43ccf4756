import { createHash } from 'node:crypto';
import {
  getOperationAST,
  GraphQLError,
  OperationTypeNode,
  parse,
  specifiedRules,
  validate,
  type DocumentNode,
  type GraphQLSchema,
  type OperationDefinitionNode,
} from 'graphql';
import type { GatewayContext } from '../context.js';
import type { FederationGateway } from '../execution/federation-gateway.js';
import type { SubgraphTransport } from '../transport/subgraph-transport.js';
import { admit } from '../guards/guards.js';
import { MAX_TOKENS } from '../guards/limits.js';
import { credentialCheck } from '../identity/credential-check.js';
import type { Subscribe } from './stream-responder.js';
import { withCredentialCheck } from './with-credential-check.js';

export interface SubscriberOptions {
  gateway: FederationGateway<GatewayContext>;
  subgraphs: SubgraphTransport;
}

/**
 * Subscriptions of clients: checked as Apollo Server checks other operations, which does not answer subscriptions itself;
 * then the events of the subgraph that owns the field, each completed from the others.
 */
export function subscriber({ gateway, subgraphs }: SubscriberOptions): Subscribe<GatewayContext> {
  return async ({ query = '', variables = {}, operationName, contextValue, lastEventId, signal }) => {
    const { currentGeneration: generation } = gateway;
    const checked = check(generation.schema, query, operationName);
    if (!('operation' in checked)) return checked;
    const context: GatewayContext = { ...contextValue, operation: OperationTypeNode.SUBSCRIPTION, signal };
    admit({ ...checked, request: { variables }, contextValue: context });

    const events = await generation
      .operation({ ...checked, operationName: operationName ?? null, queryHash: createHash('sha256').update(query).digest('hex') })
      .subscribe(gateway.operationRequest(context, generation, variables), (name, body) =>
        subgraphs.subscribe(context, generation.subgraphUrls, name, body, lastEventId),
      );
    const { viewer, authenticate } = context;
    return viewer && authenticate && Symbol.asyncIterator in events
      ? withCredentialCheck(events, credentialCheck(viewer, authenticate), signal)
      : events;
  };
}

interface Checked {
  document: DocumentNode;
  operation: OperationDefinitionNode;
}

const INVALID = { code: 'GRAPHQL_VALIDATION_FAILED' };

function check(schema: GraphQLSchema, query: string, operationName: string | undefined): Checked | { errors: readonly GraphQLError[] } {
  const document = parse(query, { maxTokens: MAX_TOKENS });
  const errors = validate(schema, document, specifiedRules, { hideSuggestions: true });
  if (errors.length > 0) return { errors: errors.map(({ message, nodes }) => new GraphQLError(message, { nodes, extensions: INVALID })) };
  return { document, operation: getOperationAST(document, operationName)! };
}
