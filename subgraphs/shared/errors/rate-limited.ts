import type { GraphQLError } from 'graphql';
import { codedError } from './coded-error.js';

/** The state of a rate limit. */
export interface RateLimitState {
  limit: number;
  /** The number that is left in the present window. */
  remaining: number;
  /** The time when the window ends. */
  resetAt: Date;
}

/** Returns the error of a request that exceeds a rate limit. Clients see the state in `extensions.rateLimit`. */
export const rateLimited = (message: string, { limit, remaining, resetAt }: RateLimitState): GraphQLError =>
  codedError('RATE_LIMITED', message, { extensions: { rateLimit: { limit, remaining, resetAt: resetAt.toISOString() } } });
