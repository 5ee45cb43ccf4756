import type { QueryPlan } from '@apollo/query-planner';
import { isNonNullType, OperationTypeNode, print, type DocumentNode, type GraphQLSchema } from 'graphql';
import type { Planner } from '../../planning/planner.js';
import type { SchemaTypes } from '../schema-types.js';
import { compileMutationFields, compilePlan } from './compile-plan.js';
import type { CompiledPlan } from './compiled-plan.js';
import { splitRootFields } from './split-root-fields.js';

export interface PlanningScope {
  planner: Planner;
  /** The API schema. */
  schema: GraphQLSchema;
  types: SchemaTypes;
  kind: OperationTypeNode;
  operationName: string | undefined;
  /** The labels of the progressive overrides that are active. */
  activeOverrides: readonly string[];
}

export interface PlannedOperation {
  plan: CompiledPlan;
  /** The length of the query plans as JSON, in characters: a measure of the memory that the plan takes. */
  textLength: number;
}

/**
 * Plans and compiles an operation. The root fields of a mutation that needs more than one request are planned one by one, so
 * that each field is fetched completely, including its fields from other subgraphs, before the next one is executed.
 */
export async function planOperation(document: DocumentNode, scope: PlanningScope): Promise<PlannedOperation> {
  const { planner, schema, types, kind, operationName, activeOverrides } = scope;
  const planDocument = (node: DocumentNode): Promise<QueryPlan> => planner.plan(print(node), operationName, activeOverrides);
  const wholePlan = await planDocument(document);
  if (kind !== OperationTypeNode.MUTATION || !wholePlan.node || wholePlan.node.kind === 'Fetch') {
    return { plan: compilePlan(wholePlan, types), textLength: textLengthOf([wholePlan]) };
  }
  // Introspection fields are not fetched: the response is written from the schema.
  const fields = splitRootFields(document, operationName).filter(({ name }) => !name.startsWith('__'));
  const plans: QueryPlan[] = [];
  for (const field of fields) plans.push(await planDocument(field.document));
  const definitions = schema.getMutationType()!.getFields();
  const fieldPlans = fields.map(({ responseKey, name }, index) => ({
    responseKey,
    isNonNull: isNonNullType(definitions[name]!.type),
    plan: plans[index]!,
  }));
  return { plan: compileMutationFields(fieldPlans, types), textLength: textLengthOf(plans) };
}

const textLengthOf = (plans: readonly QueryPlan[]): number => JSON.stringify(plans).length;
