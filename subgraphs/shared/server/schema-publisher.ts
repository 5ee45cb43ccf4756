import { createHash, timingSafeEqual } from 'node:crypto';
import { graphql, Kind, OperationTypeNode, parse, type DocumentNode, type ExecutionResult, type GraphQLSchema } from 'graphql';
import { isObject } from '../input/json.js';
import { HttpError } from './http-error.js';

/** The maximum number of tokens of a publisher's document. */
const MAX_TOKENS = 50;
const ONLY_SDL = 'The publisher key is accepted for the query { _service { sdl } } only.';

/**
 * Returns the SDL of a subgraph to a client with the publisher's key, such as `rover subgraph introspect`, which cannot sign its
 * requests. The key opens nothing else.
 */
export class SchemaPublisher {
  readonly #expected: Buffer;

  constructor(
    private readonly schema: GraphQLSchema,
    key: string,
  ) {
    this.#expected = digest(`Bearer ${key}`);
  }

  /** True if the header `Authorization` has the publisher's key. */
  accepts(authorization: string | undefined): boolean {
    return authorization !== undefined && timingSafeEqual(digest(authorization), this.#expected);
  }

  /** Returns the response to a request body. Throws an HttpError for any other query. */
  respond(body: Buffer): Promise<ExecutionResult> {
    const source = queryOf(body);
    if (source === null || !selectsOnlySdl(source)) throw new HttpError(403, ONLY_SDL);
    return graphql({ schema: this.schema, source });
  }
}

const digest = (text: string): Buffer => createHash('sha256').update(text).digest();

function queryOf(body: Buffer): string | null {
  try {
    const request: unknown = JSON.parse(body.toString('utf8'));
    return isObject(request) && typeof request.query === 'string' ? request.query : null;
  } catch {
    return null;
  }
}

/** True if a document is one query whose root fields are all `_service`, which has only the SDL. */
function selectsOnlySdl(source: string): boolean {
  let document: DocumentNode;
  try {
    document = parse(source, { noLocation: true, maxTokens: MAX_TOKENS });
  } catch {
    return false;
  }
  const [operation, ...others] = document.definitions;
  return (
    others.length === 0 &&
    operation?.kind === Kind.OPERATION_DEFINITION &&
    operation.operation === OperationTypeNode.QUERY &&
    operation.selectionSet.selections.every((selection) => selection.kind === Kind.FIELD && selection.name.value === '_service')
  );
}
