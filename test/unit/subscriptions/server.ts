import { buildSchema, GraphQLError } from 'graphql';
import type { Subscribe, SubscriptionOptions } from '../../../gateway/http/stream-responder.js';
import { runRoute } from '../http/server.js';
import { ControlledEvents } from './controlled-events.js';

/** The gateway's route with a subscription whose events a test sends. */
export async function runSubscriptions(settings: Partial<SubscriptionOptions<object>> = {}) {
  const schema = buildSchema('type Query { greeting: String } type Mutation { done: Boolean } type Subscription { count: Int! }');
  Object.assign(schema.getQueryType()!.getFields().greeting!, { resolve: () => 'Hello' });
  const requests: Parameters<Subscribe<object>>[0][] = [];
  const feeds: ControlledEvents[] = [];
  const route = await runRoute({
    schema,
    async subscribe(request) {
      requests.push(request);
      if (request.operationName === 'Refused') return { errors: [{ message: 'No.', extensions: { code: 'GRAPHQL_VALIDATION_FAILED' } }] };
      if (request.operationName === 'Unavailable') throw new GraphQLError('Later.', { extensions: { code: 'UNAVAILABLE' } });
      const feed = new ControlledEvents();
      feeds.push(feed);
      return feed;
    },
    subscriptions: { clientOf: (_, { headers }) => String(headers['x-api-key']), ...settings },
  });
  return { ...route, requests, feeds };
}
