import type { GraphQLError, ExecutionResult, FragmentDefinitionNode, GraphQLSchema, OperationDefinitionNode } from 'graphql';
import { setOwn } from '../../json.js';
import type { PendingFragments } from './pending-fragments.js';
import type { Variables } from '../variables.js';
import { attributeErrors } from './attribute-errors.js';
import type { JsonWriterPool } from './json-writer-pool.js';
import { responsePosition, type Slot } from './response-position.js';
import { ResponseWriter, type FetchedData } from './response-writer.js';
import type { Selection } from './selection.js';

/** The client's operation and the functions that a response to it needs. */
export interface ResponseScope {
  /** The API schema. */
  schema: GraphQLSchema;
  operation: OperationDefinitionNode;
  fragments: Readonly<Record<string, FragmentDefinitionNode>>;
  selection: Selection;
  variables: Variables;
  jsonWriters: JsonWriterPool;
  /** Returns the error of a field that the client is not authorized to read. */
  refusal: (path: (string | number)[]) => GraphQLError;
  /**
   * Called with each error that is not in the response: the error of a field that the client did not select, if it leaves
   * none of the selected fields null.
   */
  onUnreportedError: (error: GraphQLError) => void;
}

/**
 * Builds the response of an operation from the fetched data and the errors. The `data` of the result is a ResponseData.
 * @param pending collects the deferred fragments; null if nothing is deferred.
 */
export function buildResponse(
  scope: ResponseScope,
  fetched: FetchedData & { errors: readonly GraphQLError[] },
  pending: PendingFragments | null = null,
): ExecutionResult {
  const { schema, operation, selection, onUnreportedError } = scope;
  const typename = schema.getRootType(operation.operation)!.name;
  const root = { data: fetched.data, typename, selection };
  const positioned = fetched.errors.map((error) => ({ error, position: error.path && responsePosition(schema, error.path, root) }));
  for (const { position } of positioned) if (position?.isSelected && position.lostObject) setNull(position.lostObject);

  const writer = createResponseWriter(scope, fetched, pending);
  const data = writer.writeRoot(typename, selection) as unknown as ExecutionResult['data'];
  if (fetched.errors.length + writer.errors.length + writer.completionErrors.length === 0 && fetched.failures.isEmpty) return { data };

  const { errors, unreported } = attributeErrors(positioned, writer, fetched.failures.unreported());
  for (const error of unreported) onUnreportedError(error);
  return errors.length > 0 ? { errors, data } : { data };
}

export function createResponseWriter(
  { schema, operation, fragments, variables, jsonWriters, refusal }: ResponseScope,
  fetched: FetchedData,
  pending: PendingFragments | null,
): ResponseWriter {
  const variableDefinitions = operation.variableDefinitions ?? [];
  const scope = { schema, fragments, variableDefinitions, variableValues: variables.rawValues };
  return new ResponseWriter(scope, fetched, jsonWriters, refusal, pending);
}

function setNull({ container, key }: Slot): void {
  if (Array.isArray(container)) container[key as number] = null;
  else setOwn(container, key as string, null);
}
