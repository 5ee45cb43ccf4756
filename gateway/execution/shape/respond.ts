import { GraphQLError, type ExecutionResult, type FragmentDefinitionNode, type GraphQLSchema, type OperationDefinitionNode } from 'graphql';
import type { Variables } from '../variables.js';
import { clientPath } from './client-path.js';
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
  const shaper = new Shaper(scope, fetched, refusal);
  const data = shaper.root(typename, selection) as unknown as ExecutionResult['data'];
  if (fetched.errors.length + shaper.errors.length + shaper.completions.length === 0 && fetched.failures.isEmpty) return { data };

  const root = { data: fetched.data, typename, selection };
  const errors: GraphQLError[] = [];
  for (const error of fetched.errors) {
    const path = error.path && clientPath(schema, error.path, root);
    if (path || !error.path) errors.push(path ? at(error, path) : error);
    else onUnseen(error);
  }
  errors.push(...shaper.errors, ...fetched.failures.unreported());
  for (const { error, within } of shaper.completions) if (!errors.some(({ path }) => explains(path, within))) errors.push(error);
  return errors.length > 0 ? { errors, data } : { data };
}

const at = ({ message, extensions, originalError }: GraphQLError, path: readonly (string | number)[]): GraphQLError =>
  new GraphQLError(message, { path, extensions, originalError });

type Path = readonly (string | number)[];

/** Whether a place is at, above or below another. */
function explains(one: Path | undefined, other: Path): boolean {
  if (!one) return false;
  const length = Math.min(one.length, other.length);
  for (let index = 0; index < length; index++) if (one[index] !== other[index]) return false;
  return true;
}
