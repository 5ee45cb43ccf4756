import type { GraphQLError } from 'graphql';
import type { ResponseData } from '../shape/response-data.js';

/** What a deferred fragment is answered at one object. */
export interface IncrementalItem {
  /** The client's. */
  label?: string;
  /** Of the object, in the client's response. */
  path: readonly (string | number)[];
  /** Null where something that may not be null is. */
  data: ResponseData | null;
  errors?: readonly GraphQLError[];
}

/** What has become ready at one moment. */
export interface LaterPart {
  incremental: readonly IncrementalItem[];
  /** Whether there is more to come. */
  hasNext: boolean;
}

/** Takes what is answered after the first result; its last part says that there is no more. */
export type Deliver = (parts: AsyncGenerator<LaterPart, void, undefined>) => void;
