import { isUtf8 } from 'node:buffer';
import type { FastifyInstance } from 'fastify';
import { mayHaveInexactNumbers, parseJson } from '../json.js';
import { quote } from '../../subgraphs/shared/errors/user-error.js';
import { requestError } from './request-error.js';

/** Matches the parameter `charset` of a content type. */
const CHARSET = /;\s*charset\s*=\s*"?([^";\s]*)/i;

/**
 * Makes the server read only bodies of JSON in UTF-8. Any other content type is refused with 415 before the body is read,
 * which includes all types that browsers send to other sites without a preflight.
 * @param uploadAdvice is added to the refusal of multipart bodies, with which some clients upload files.
 */
export function readJsonOnly(server: FastifyInstance, uploadAdvice: string): void {
  server.removeAllContentTypeParsers();
  server.addContentTypeParser('multipart/form-data', (_request, _body, done) =>
    done(bodyError(415, `Multipart requests are not supported. Send the operation as application/json. ${uploadAdvice}`)),
  );
  server.addContentTypeParser('*', ({ headers }, _body, done) =>
    done(
      bodyError(415, `The content type ${quote(headers['content-type'] ?? '')} is not supported. Send the operation as application/json.`),
    ),
  );
  const parse = server.getDefaultJsonParser('error', 'error') as (request: unknown, body: unknown, done: Done) => void;
  server.addContentTypeParser('application/json', { parseAs: 'buffer' }, ({ headers }, body, done) => {
    const charset = CHARSET.exec(headers['content-type'] ?? '')?.[1] ?? 'utf-8';
    if (!/^utf-?8$/i.test(charset)) return done(bodyError(415, `The charset ${quote(charset)} is not supported. Send the body in UTF-8.`));
    if ((headers['content-encoding'] ?? 'identity') !== 'identity')
      return done(bodyError(415, 'Compressed bodies are not supported. Send the body without Content-Encoding.'));
    if (!isUtf8(body as Buffer)) return done(bodyError(400, 'The body is not valid UTF-8. Encode the JSON in UTF-8.'));
    parse(null, body, (error, parsed) => {
      if (error) return done(error);
      // Fastify's parser has refused keys such as __proto__, but has rounded numbers.
      const text = (body as Buffer).toString('utf8').replace(/^\ufeff/, '');
      done(null, mayHaveInexactNumbers(text) ? parseJson(text) : parsed);
    });
  });
}

type Done = (error: Error | null, body?: unknown) => void;

/** Returns an error with the property `statusCode` that Fastify expects of the errors of content type parsers. */
const bodyError = (statusCode: 400 | 415, message: string) => Object.assign(requestError(statusCode, message), { statusCode });
