import type { QueryPlan } from '@apollo/query-planner';
import { isNonNullType, OperationTypeNode, print, type DocumentNode, type GraphQLSchema } from 'graphql';
import type { Planner } from '../../planning/planner.js';
import type { SchemaTypes } from '../schema-types.js';
import { compileMutations, compilePlan, type CompiledPlan } from './compile-plan.js';
import { eachRootField } from './root-fields.js';

export interface PlanningScope {
  planner: Planner;
  schema: GraphQLSchema;
  types: SchemaTypes;
  kind: OperationTypeNode;
  operationName: string | undefined;
}

export interface Planned {
  plan: CompiledPlan;
  /** Characters of the plans' text. */
  length: number;
}

/**
 * Plans and compiles an operation. The fields of a mutation that needs more than one request are planned one by one: each is
 * answered in full, other subgraphs included, before the next one begins.
 */
export async function planOperation(document: DocumentNode, scope: PlanningScope): Promise<Planned> {
  const { planner, schema, types, kind, operationName } = scope;
  const ask = (one: DocumentNode): Promise<QueryPlan> => planner.plan(print(one), operationName);
  const whole = await ask(document);
  if (kind !== OperationTypeNode.MUTATION || !whole.node || whole.node.kind === 'Fetch') {
    return { plan: compilePlan(whole, types), length: lengthOf([whole]) };
  }
  const fields = eachRootField(document, operationName).filter(({ name }) => !name.startsWith('__'));
  const plans: QueryPlan[] = [];
  for (const { document: alone } of fields) plans.push(await ask(alone));
  const definitions = schema.getMutationType()!.getFields();
  const parts = fields.map(({ key, name }, index) => ({ key, isNonNull: isNonNullType(definitions[name]!.type), plan: plans[index]! }));
  return { plan: compileMutations(parts, types), length: lengthOf(plans) };
}

const lengthOf = (plans: readonly QueryPlan[]): number => JSON.stringify(plans).length;
