import { v7 as uuidv7 } from 'uuid';
import type { PrismaClient } from '../../../subgraphs/serving/generated/prisma/client.js';
import { serving } from '../../../subgraphs/serving/subgraph.js';
import type { Viewer } from '../../../subgraphs/shared/viewer/viewer.js';
import type { Mutation } from '../../kit/documents/serving.js';
import type { Connection, GraphQLResponse } from '../../kit/documents/response.js';
import { servingParts } from '../../kit/serving.js';
import { runSubgraph, type RunningSubgraph } from '../../kit/subgraph.js';
import { aMember } from '../../kit/viewers.js';

export type RunningServing = RunningSubgraph<PrismaClient>;

/** Runs the serving subgraph while datasets is down. */
export const runServing = (): Promise<RunningServing> => runSubgraph(serving(servingParts));

/** Inserts the organization and the user of a viewer. */
export async function aUser(serving: RunningServing, viewer: Viewer = aMember()): Promise<Viewer> {
  const { organizationId: orgId, userId: id } = viewer;
  await serving.client.organization.createMany({ data: [{ orgId, name: 'Organization', slug: `org-${orgId}` }], skipDuplicates: true });
  await serving.client.user.create({
    data: { orgId, id, email: `${id}@example.com`, passwordHash: 'none', fullName: 'User', role: 'MEMBER' },
  });
  return viewer;
}

/** Runs a mutation that takes `<Mutation>Input` and returns its payload. */
export async function mutate<Name extends keyof Mutation & string>(
  serving: RunningServing,
  viewer: Viewer,
  mutation: Name,
  input: object,
  fields: string,
): Promise<Mutation[Name]> {
  const type = `${mutation[0]!.toUpperCase()}${mutation.slice(1)}Input`;
  const query = `mutation ($input: ${type}!) { ${mutation}(input: $input) { ${fields} userErrors { code field message } } }`;
  const { data, errors } = await serving.execute<Mutation>(viewer, query, { input });
  if (errors) throw new Error(`${mutation}: ${JSON.stringify(errors)}`);
  return data[mutation];
}

/** Runs a mutation that must succeed and returns the id of the created entity. */
async function create(serving: RunningServing, viewer: Viewer, mutation: keyof Mutation, entity: string, input: object): Promise<string> {
  const payload = await mutate(serving, viewer, mutation, input, `created: ${entity} { id }`);
  if (payload.userErrors.length > 0) throw new Error(`${mutation}: ${JSON.stringify(payload.userErrors)}`);
  return (payload as unknown as { created: { id: string } }).created.id;
}

export const createModel = (serving: RunningServing, viewer: Viewer, input: object = {}): Promise<string> =>
  create(serving, viewer, 'modelCreate', 'model', { name: `model ${uuidv7()}`, framework: 'sklearn', ...input });

/** Adds a version, by default to a new model. */
export const createVersion = async (
  serving: RunningServing,
  viewer: Viewer,
  input: { modelId?: string; [field: string]: unknown } = {},
): Promise<string> =>
  create(serving, viewer, 'modelVersionCreate', 'modelVersion', {
    trainingStrategy: 'CUSTOM',
    ...input,
    modelId: input.modelId ?? (await createModel(serving, viewer)),
  });

export const createDeployment = (
  serving: RunningServing,
  viewer: Viewer,
  input: { modelVersionId: string; [field: string]: unknown },
): Promise<string> => create(serving, viewer, 'deploymentCreate', 'deployment', { environment: 'PRODUCTION', ...input });

export const recordPrediction = (
  serving: RunningServing,
  viewer: Viewer,
  input: { modelVersionId: string; [field: string]: unknown },
): Promise<string> => create(serving, viewer, 'predictionRecord', 'prediction', { input: { x: 1 }, outcome: 'SUCCEEDED', ...input });

/** Reads a connection in pages of two, forward or backward, and returns its nodes in the order of reading. */
export async function readAllPages(
  serving: RunningServing,
  viewer: Viewer,
  connection: string,
  orderBy: string,
  fields: string,
  backward = false,
) {
  const [size, from, end, more] = backward
    ? (['last', 'before', 'startCursor', 'hasPreviousPage'] as const)
    : (['first', 'after', 'endCursor', 'hasNextPage'] as const);
  const nodes: Record<string, unknown>[] = [];
  for (let cursor: string | null = null; ;) {
    const query = `query ($cursor: String) {
      ${connection}(${size}: 2, ${from}: $cursor, orderBy: ${orderBy}) { nodes { ${fields} } pageInfo { ${end} ${more} } } }`;
    const { data, errors }: GraphQLResponse<Record<string, Connection<Record<string, unknown>>>> = await serving.execute(viewer, query, {
      cursor,
    });
    if (errors) throw new Error(JSON.stringify(errors));
    const page = data[connection]!;
    nodes.push(...page.nodes);
    if (!page.pageInfo[more]) return nodes;
    cursor = page.pageInfo[end] as string;
  }
}
