import { GraphQLError, type ExecutionResult, type FragmentDefinitionNode, type GraphQLSchema, type OperationDefinitionNode } from 'graphql';
import { setOwn } from '../json.js';
import type { Variables } from '../variables.js';
import { clientPlace, type Path, type Slot } from './client-place.js';
import type { Selection } from './selection.js';
import { Shaper, type Fetched } from './shape.js';

/** What the client asked for. */
export interface Asked {
  schema: GraphQLSchema;
  operation: OperationDefinitionNode;
  fragments: Readonly<Record<string, FragmentDefinitionNode>>;
  selection: Selection;
  variables: Variables;
  refusal: (path: (string | number)[]) => GraphQLError;
  /** Hears of errors that the client does not: those of fields that it did not select, where all that it did select is there. */
  onUnseen: (error: GraphQLError) => void;
}

/** The response to an operation, made of all that was fetched and all that went wrong. Its data is a ResponseData. */
export function respond(
  { schema, operation, fragments, selection, variables, refusal, onUnseen }: Asked,
  fetched: Fetched & { errors: readonly GraphQLError[] },
): ExecutionResult {
  const typename = schema.getRootType(operation.operation)!.name;
  const scope = { schema, fragments, variableDefinitions: operation.variableDefinitions ?? [], given: variables.given };
  const root = { data: fetched.data, typename, selection };
  const places = fetched.errors.map(({ path }) => (path ? clientPlace(schema, path, root) : null));
  for (const place of places) if (place?.isSelected && place.lost) empty(place.lost);

  const shaper = new Shaper(scope, fetched, refusal);
  const data = shaper.root(typename, selection) as unknown as ExecutionResult['data'];
  if (fetched.errors.length + shaper.errors.length + shaper.completions.length === 0 && fetched.failures.isEmpty) return { data };

  const errors: GraphQLError[] = [];
  // A null tells of one error (GraphQL adds no other for a field that is null already), so what only may have caused it waits.
  const nulls: Path[] = [];
  const uncertain: { error: GraphQLError; missing: readonly Path[] }[] = [];
  for (const [index, error] of fetched.errors.entries()) {
    const place = places[index];
    if (place?.isSelected) nulls.push(place.nullAt);
    if (place?.isSelected === false) uncertain.push({ error: at(error, place.path), missing: place.missing });
    else errors.push(place ? at(error, place.path) : error);
  }
  errors.push(...shaper.errors, ...fetched.failures.unreported());
  nulls.push(...shaper.errors.map(({ path }) => path!));
  const isExplained = (place: Path): boolean => nulls.some((one) => isWithin(place, one));
  for (const { error, missing } of uncertain) {
    if (missing.every(isExplained)) onUnseen(error);
    else errors.push(error);
  }
  for (const { error, within, nullAt } of shaper.completions)
    if (!isExplained(nullAt) && !errors.some(({ path }) => path && (isWithin(path, within) || isWithin(within, path)))) errors.push(error);
  return errors.length > 0 ? { errors, data } : { data };
}

const at = ({ message, extensions, originalError }: GraphQLError, path: readonly (string | number)[]): GraphQLError =>
  new GraphQLError(message, { path, extensions, originalError });

/** Whether a place is another, or below it. */
const isWithin = (place: Path, other: Path): boolean => place.length >= other.length && other.every((step, index) => step === place[index]);

function empty({ holder, key }: Slot): void {
  if (Array.isArray(holder)) holder[key as number] = null;
  else setOwn(holder, key as string, null);
}
