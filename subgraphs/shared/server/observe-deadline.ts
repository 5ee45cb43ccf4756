import type { FastifyInstance } from 'fastify';
import { withDeadline } from '../deadline/current-deadline.js';
import { RequestDeadline } from '../deadline/request-deadline.js';
import { timeForWork } from '../deadline/time-for-work.js';
import { acceptsEventStream } from './stream-handler.js';

declare module 'fastify' {
  interface FastifyRequest {
    /** The end of the request. Set with `signed`. */
    deadline: RequestDeadline;
  }
}

/**
 * Runs the handlers of a server within the deadline that the sender of each request has signed. An event stream has none: its
 * events have. If the client disconnects, the request ends at once.
 */
export function observeDeadline(server: FastifyInstance): void {
  server.decorateRequest('deadline', null as never);
  server.addHook('preHandler', (request, reply, done) => {
    const { timeoutMs } = request.signed;
    const deadline = new RequestDeadline(acceptsEventStream(request) ? undefined : timeForWork(timeoutMs));
    request.deadline = deadline;
    reply.raw.once('close', () => (reply.raw.writableFinished ? deadline.release() : deadline.end('DISCONNECT')));
    withDeadline(deadline, done);
  });
}
