import { preferred } from './accept.js';
import { perHeader } from './per-header.js';

/** The media types of the two streaming protocols for subscriptions. */
export type StreamType = 'text/event-stream' | 'multipart/mixed';

const EVENTS = { type: 'text/event-stream' } as const;
/** `multipart/mixed` with other parameters is another protocol, such as incremental delivery of `@defer`. */
const MULTIPART = { type: 'multipart/mixed', parameters: { subscriptionspec: '1.0' } } as const;
const SINGLE_RESULT_TYPES = [{ type: 'application/json' }, { type: 'application/graphql-response+json' }] as const;

/** Returns the preferred stream type of an `Accept` header; null if it names none, because wildcards do not match streams. */
export function streamType(accept: string | undefined): StreamType | null {
  if (!accept || !/event-stream|subscriptionspec/i.test(accept)) return null;
  return preferredStream(accept);
}

const preferredStream = perHeader((accept) => preferred(accept, [EVENTS, MULTIPART])?.type ?? null);

/** True if the client prefers server-sent events for a single result too. The multipart protocol is only for subscriptions. */
export const prefersEvents = (accept = ''): boolean => preferredType(accept) === EVENTS;

const preferredType = perHeader((accept) => preferred(accept, [...SINGLE_RESULT_TYPES, EVENTS]));
