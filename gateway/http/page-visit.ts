import type { FastifyRequest } from 'fastify';
import { preferred } from './accept.js';

const PAGE = { type: 'text/html' } as const;
const OFFERS = [PAGE, { type: 'application/json' }, { type: 'application/graphql-response+json' }, { type: 'text/event-stream' }] as const;

/** True if a person opens the URL of the graph in a browser: a GET without an operation, that prefers a page. */
export const isPageVisit = ({ method, headers: { accept }, query }: FastifyRequest): boolean =>
  method === 'GET' && accept?.includes('text/html') === true && isEmpty(query) && preferred(accept, OFFERS) === PAGE;

const isEmpty = (parameters: unknown): boolean =>
  !['query', 'extensions', 'documentId', 'id'].some((name) => name in (parameters as Record<string, unknown>));
