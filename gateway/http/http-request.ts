import { HeaderMap, type HTTPGraphQLRequest } from '@apollo/server';
import type { FastifyRequest } from 'fastify';

export type RequestParts = Pick<FastifyRequest, 'method' | 'headers' | 'url' | 'body'>;

/** Returns an HTTP request in the form that Apollo Server and its plugins read. */
export function httpRequest({ method, headers, url, body }: RequestParts): HTTPGraphQLRequest {
  const map = new HeaderMap();
  for (const name in headers) {
    const value = headers[name];
    if (value) map.set(name, Array.isArray(value) ? value.join(', ') : value);
  }
  const search = url.indexOf('?');
  return { method, headers: map, search: search < 0 ? '' : url.slice(search), body };
}
