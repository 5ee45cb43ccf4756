import type { StreamEvent } from '../../subgraphs/shared/async-iterator/stream-event.js';

export type { StreamEvent };

/** Opens the event stream of a subscription in the subgraph with this name; `body` is the JSON body of the request. */
export type OpenEventStream = (subgraph: string, body: string) => AsyncIterable<StreamEvent>;
