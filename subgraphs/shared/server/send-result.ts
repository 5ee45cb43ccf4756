import type { FastifyReply } from 'fastify';

const JSON_RESPONSE = 'application/json';
const GRAPHQL_RESPONSE = 'application/graphql-response+json';

/** Sends a result in JSON, as `application/graphql-response+json` (GraphQL over HTTP) if the client accepts it. */
export function sendResult(reply: FastifyReply, json: string): FastifyReply {
  const type = reply.request.headers.accept?.includes(GRAPHQL_RESPONSE) ? GRAPHQL_RESPONSE : JSON_RESPONSE;
  return reply.header('content-type', `${type}; charset=utf-8`).send(json);
}
