import { preferred } from './accept.js';

/** The two ways in which a client may want a stream. */
export type StreamType = 'text/event-stream' | 'multipart/mixed';

const EVENTS = { type: 'text/event-stream' } as const;
/** What else `multipart/mixed` may mean, such as answers with `@defer`, is no subscription. */
const MULTIPART = { type: 'multipart/mixed', parameters: { subscriptionspec: '1.0' } } as const;
const SINGLES = [{ type: 'application/json' }, { type: 'application/graphql-response+json' }] as const;

/** The best stream for an `Accept` header that names one; null where it names none: no wildcard asks for a stream. */
export function streamType(accept: string | undefined): StreamType | null {
  if (!accept || !/event-stream|subscriptionspec/i.test(accept)) return null;
  return preferred(accept, [EVENTS, MULTIPART])?.type ?? null;
}

/** Whether a single result is wanted as server-sent events too; the other protocol is for subscriptions alone. */
export const prefersEvents = (accept: string | undefined): boolean => preferred(accept, [...SINGLES, EVENTS]) === EVENTS;
