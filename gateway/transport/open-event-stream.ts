import type { StreamEvent } from '../../subgraphs/shared/server/event-stream.js';

export type { StreamEvent };

/** Opens the event stream of a subscription in the subgraph with this name; `body` is the JSON body of the request. */
export type OpenEventStream = (subgraph: string, body: string) => AsyncIterable<StreamEvent>;
