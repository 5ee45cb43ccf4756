import type { FastifyReply } from 'fastify';
import type { ExecutionResult } from 'graphql';

const JSON_RESPONSE = 'application/json';
const GRAPHQL_RESPONSE = 'application/graphql-response+json';

/** Sends a result, as `application/graphql-response+json` (GraphQL over HTTP) if the client accepts it. */
export function sendResult(reply: FastifyReply, result: ExecutionResult): FastifyReply {
  const type = reply.request.headers.accept?.includes(GRAPHQL_RESPONSE) ? GRAPHQL_RESPONSE : JSON_RESPONSE;
  return reply.header('content-type', `${type}; charset=utf-8`).send(JSON.stringify(result));
}
