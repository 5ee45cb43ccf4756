import type { GraphQLError, ExecutionResult, FragmentDefinitionNode, GraphQLSchema, OperationDefinitionNode } from 'graphql';
import type { PendingFragments } from '../defer/pending-fragments.js';
import { setOwn } from '../../json.js';
import type { Variables } from '../variables.js';
import { clientPlace, type Slot } from './client-place.js';
import { attributeErrors } from './attribute-errors.js';
import type { Selection } from './selection.js';
import { Shaper, type Fetched } from './shape.js';

/** What the client asked for. */
export interface ResponseScope {
  schema: GraphQLSchema;
  operation: OperationDefinitionNode;
  fragments: Readonly<Record<string, FragmentDefinitionNode>>;
  selection: Selection;
  variables: Variables;
  refusal: (path: (string | number)[]) => GraphQLError;
  /** Hears of errors that the client does not: those of fields that it did not select, where all that it did select is there. */
  onUnseen: (error: GraphQLError) => void;
}

/**
 * The response to an operation, made of all that was fetched and all that went wrong. Its data is a ResponseData.
 * @param pending notes what is answered later, where anything is.
 */
export function respond(
  asked: ResponseScope,
  fetched: Fetched & { errors: readonly GraphQLError[] },
  pending: PendingFragments | null = null,
): ExecutionResult {
  const { schema, operation, selection, onUnseen } = asked;
  const typename = schema.getRootType(operation.operation)!.name;
  const root = { data: fetched.data, typename, selection };
  const placed = fetched.errors.map((error) => ({ error, place: error.path && clientPlace(schema, error.path, root) }));
  for (const { place } of placed) if (place?.isSelected && place.lost) empty(place.lost);

  const shaper = shaperOf(asked, fetched, pending);
  const data = shaper.root(typename, selection) as unknown as ExecutionResult['data'];
  if (fetched.errors.length + shaper.errors.length + shaper.completions.length === 0 && fetched.failures.isEmpty) return { data };

  const { errors, unseen } = attributeErrors(placed, shaper, fetched.failures.unreported());
  for (const error of unseen) onUnseen(error);
  return errors.length > 0 ? { errors, data } : { data };
}

export function shaperOf(
  { schema, operation, fragments, variables, refusal }: ResponseScope,
  fetched: Fetched,
  pending: PendingFragments | null,
): Shaper {
  const scope = { schema, fragments, variableDefinitions: operation.variableDefinitions ?? [], given: variables.given };
  return new Shaper(scope, fetched, refusal, pending);
}

function empty({ holder, key }: Slot): void {
  if (Array.isArray(holder)) holder[key as number] = null;
  else setOwn(holder, key as string, null);
}
