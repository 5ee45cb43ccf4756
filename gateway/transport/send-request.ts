import type { StreamEvent } from '../../subgraphs/shared/server/event-stream.js';
import type { SubgraphAnswer } from './answer.js';

export type { StreamEvent };

/**
 * Sends a JSON body to a subgraph and returns its response, which the caller may change. Rejects with a GraphQLError that the
 * client may see if the subgraph does not answer with a GraphQL response.
 */
export type SendRequest = (subgraph: string, body: string, isMutation: boolean) => Promise<SubgraphAnswer>;

/** Opens the event stream of a subscription in a subgraph; `body` is the JSON body of the request. */
export type OpenEventStream = (subgraph: string, body: string) => AsyncIterable<StreamEvent>;
