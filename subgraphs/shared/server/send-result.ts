import type { FastifyReply } from 'fastify';
import type { ExecutionResult } from 'graphql';

const JSON_RESPONSE = 'application/json';
const GRAPHQL_RESPONSE = 'application/graphql-response+json';

/** Answers with a result, in the type of GraphQL over HTTP where the client takes it. */
export function sendResult(reply: FastifyReply, result: ExecutionResult): FastifyReply {
  const type = reply.request.headers.accept?.includes(GRAPHQL_RESPONSE) ? GRAPHQL_RESPONSE : JSON_RESPONSE;
  return reply.header('content-type', `${type}; charset=utf-8`).send(JSON.stringify(result));
}
