import type { ApolloServer } from '@apollo/server';
import { OperationTypeNode } from 'graphql';
import type { AdmittedSubscription, AdmittingContext } from '../../subgraphs/shared/server/admit-subscriptions.js';
import type { GatewayContext } from '../context.js';
import type { FederationGateway } from '../execution/federation-gateway.js';
import type { SubgraphTransport } from '../transport/subgraph-transport.js';
import { credentialCheck } from '../identity/credential-check.js';
import type { Subscribe } from '../http/stream-responder.js';
import { withCredentialCheck } from './with-credential-check.js';

export interface SubscriberOptions {
  gateway: FederationGateway<GatewayContext>;
  subgraphs: SubgraphTransport;
  /** Parses, validates and guards subscriptions; it must have the plugin of `admitSubscriptions`. */
  apollo: ApolloServer<GatewayContext>;
}

/**
 * Returns the function that starts subscriptions. Apollo Server checks each of them as it checks other operations. The
 * events come from the subgraph that owns the root field, and the other subgraphs complete each event.
 */
export function subscriber({ gateway, subgraphs, apollo }: SubscriberOptions): Subscribe<GatewayContext> {
  return async ({ contextValue, lastEventId, signal, ...parameters }) => {
    const context: GatewayContext & AdmittingContext = { ...contextValue, operation: OperationTypeNode.SUBSCRIPTION, signal };
    let admitted = null as AdmittedSubscription | null;
    context.admit = (subscription) => void (admitted = subscription);
    // Without `http`: Apollo Server would refuse a subscription by GET, which browsers' EventSource sends.
    const { body } = await apollo.executeOperation(parameters, { contextValue: context });
    if (!admitted) {
      if (body.kind !== 'single') throw new Error('Apollo Server answered a subscription incrementally.');
      return body.singleResult;
    }

    const generation = gateway.generationOf(admitted.schema);
    const events = await generation
      .operation(admitted)
      .subscribe(gateway.operationRequest(context, generation, admitted.variables), (name, body) =>
        subgraphs.subscribe(context, generation.subgraphUrls, name, body, lastEventId),
      );
    const { viewer, token, authenticate } = context;
    return authenticate && Symbol.asyncIterator in events
      ? withCredentialCheck(events, credentialCheck({ viewer, ...(token && { token }) }, authenticate), signal)
      : events;
  };
}
