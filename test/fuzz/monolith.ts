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
import { fieldsOf, type Field, type Graph } from './graph.js';
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

export function monolith(graph: Graph): Monolith {
  const fields = new Map<string, Field>();
  for (const type of Object.values(graph.types))
    if (type.kind !== 'interface' && type.kind !== 'union')
      for (const field of fieldsOf(graph, type)) fields.set(`${type.name}.${field.name}`, field);

  let mutations: string[] = [];
  const resolve: GraphQLFieldResolver<ObjectValue | undefined, unknown> = (source, args, _context, info) => {
    const field = fields.get(`${info.parentType.name}.${info.fieldName}`)!;
    if (field.owner === 'Mutation') mutations.push(field.name);
    return valueOf(graph, field, source?.id ?? 0, args, field.requires && requiredBy(field, source!));
  };

  const document = parse(monolithSdl(graph));
  const seen = withoutInaccessible(document);
  const schema = buildASTSchema(seen);
  const nullable = buildASTSchema(withoutNonNull(seen));
  const requiredBy = requirements(buildASTSchema(document), resolve);

  return {
    schema,
    requiredBy,
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
