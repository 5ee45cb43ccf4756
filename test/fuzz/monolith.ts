import {
  buildASTSchema,
  execute,
  parse,
  type DocumentNode,
  type ExecutionResult,
  type GraphQLFieldResolver,
  type GraphQLSchema,
} from 'graphql';
import { valueOf, type ObjectValue } from './data.js';
import { CONTEXT_ARGUMENT, fieldsOf, type Context, type Field, type Graph } from './graph.js';
import { monolithSdl, withoutInaccessible, withoutNonNull } from './monolith-sdl.js';
import { requirements } from './required.js';

/** The graph as one schema, executed by graphql-js: what every gateway has to answer. */
export interface Monolith {
  /** The API schema. */
  schema: GraphQLSchema;
  answer(document: DocumentNode, variables: Record<string, unknown>): Answer;
  /** Returns the values that a field of an entity requires. */
  requiredBy(field: Field, entity: ObjectValue): unknown;
}

export interface Answer {
  result: ExecutionResult;
  /** Every error that the operation can meet: of the same operation where a failing field takes nothing else along. */
  ledger: ExecutionResult;
  /** The mutations that ran, in order. */
  mutations: string[];
}

/** An object with the one whose field returned it. */
interface PlacedObject extends ObjectValue {
  above?: PlacedObject;
}

export function monolith(graph: Graph): Monolith {
  const fields = new Map<string, Field>();
  for (const type of Object.values(graph.types))
    if (type.kind !== 'interface' && type.kind !== 'union')
      for (const field of fieldsOf(graph, type)) fields.set(`${type.name}.${field.name}`, field);

  let mutations: string[] = [];
  const resolve: GraphQLFieldResolver<PlacedObject | undefined, unknown> = (source, args, _context, info) => {
    const field = fields.get(`${info.parentType.name}.${info.fieldName}`)!;
    if (field.owner === 'Mutation') mutations.push(field.name);
    const required = field.requires && requirement(field.requires, source!);
    const given = field.fromContext && { [CONTEXT_ARGUMENT]: contextValue(field.fromContext, source!.above) };
    return below(source, valueOf(graph, field, source?.id ?? 0, { ...args, ...given }, required));
  };
  /** The value of a context at the nearest object that has it. */
  const contextValue = (context: Context, object: PlacedObject | undefined): unknown => {
    const fields = object && context.selections[object.__typename];
    if (!fields) return object ? contextValue(context, object.above) : null;
    return Object.values(requirement(fields, object) ?? {})[0] ?? null;
  };

  const document = parse(monolithSdl(graph));
  const seen = withoutInaccessible(document);
  const schema = buildASTSchema(seen);
  const nullable = buildASTSchema(withoutNonNull(seen));
  const requirement = requirements(buildASTSchema(document), resolve);

  return {
    schema,
    requiredBy: (field, entity) => requirement(field.requires!, entity),
    answer(operation, variableValues) {
      const run = (of: GraphQLSchema) =>
        execute({ schema: of, document: operation, variableValues, fieldResolver: resolve }) as ExecutionResult;
      mutations = [];
      const result = run(schema);
      const ran = [...mutations];
      return { result, ledger: run(nullable), mutations: ran };
    },
  };
}

function below(above: PlacedObject | undefined, value: unknown): unknown {
  if (Array.isArray(value)) return value.map((item) => below(above, item));
  const isObject = typeof value === 'object' && value !== null && '__typename' in value && 'id' in value && !(value instanceof Error);
  return isObject ? { ...value, above } : value;
}
