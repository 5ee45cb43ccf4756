import { readdirSync, readFileSync } from 'node:fs';
import { getNamedType, isObjectType, type GraphQLObjectType } from 'graphql';
import { v7 as uuidv7 } from 'uuid';
import { graphClient, type GraphClient } from '../../samples/graph-client.js';
import { loadSamples } from '../../samples/load.js';
import { subgraphSchema } from '../../subgraphs/shared/schema/subgraph-schema.js';
import type { Viewer } from '../../subgraphs/shared/viewer/viewer.js';
import { houses, runGraph, type NewOrganization, type RunningGraph } from '../kit/graph.js';

let graph: RunningGraph;
let organization: NewOrganization;
let client: GraphClient;
beforeAll(async () => {
  graph = await runGraph();
  organization = await graph.organization({ isPlatformAdmin: true });
  client = graphClient(graph.url, organization.apiKeyToken);
  await loadSamples(client);
}, 120_000);
afterAll(() => graph.close());

const COUNTS = `{ datasets { totalCount } trainingRuns { totalCount } modelVersions { totalCount } deployments { totalCount } predictions { totalCount }
  predictionFeedbacks { totalCount } collections { totalCount } documents { totalCount } documentChunks { totalCount } answers { totalCount }
  chatSessions { totalCount } projects { totalCount } executions { totalCount } industries { totalCount } useCases { totalCount } }`;

describe('the samples', () => {
  it('are whole: three datasets, five trained versions, judged predictions, the documentation of fastify, the catalogue', async () => {
    const counts = await client.run(COUNTS);
    expect(counts).toMatchObject({
      datasets: { totalCount: 3 },
      trainingRuns: { totalCount: 5 },
      modelVersions: { totalCount: 5 },
      predictions: { totalCount: 120 },
      predictionFeedbacks: { totalCount: 120 },
      industries: { totalCount: 9 },
    });
    expect(counts.useCases.totalCount).toBeGreaterThanOrEqual(30);
    expect(counts.documentChunks.totalCount).toBeGreaterThan(300);
  });

  it('stay as they are when they are loaded again', async () => {
    const before = await client.run(COUNTS);
    await loadSamples(client);
    expect(await client.run(COUNTS)).toEqual(before);
  }, 60_000);

  it.each(readdirSync('samples/operations').filter((file) => file.endsWith('.graphql') && !file.startsWith('8-')))(
    'answer the operation %s',
    async (file) => {
      const answer = await graph.ask(organization.apiKeyToken, readFileSync(`samples/operations/${file}`, 'utf8'));
      expect(answer.errors).toBeUndefined();
      expect(JSON.stringify(answer.data).length).toBeGreaterThan(300);
    },
  );
});

/** The types with a key, and whether the subgraph owns them: it does where it has their table. */
const entities = houses.flatMap(({ name, house, resolvers }) => {
  const schema = subgraphSchema(house, resolvers);
  const union = getNamedType(schema.getType('_Entity')!);
  const types = 'getTypes' in union ? (union.getTypes() as readonly GraphQLObjectType[]) : [];
  return types.filter(isObjectType).map((type) => ({ name, type: type.name, isOwned: 'createdAt' in type.getFields() }));
});

describe('every entity that a subgraph owns', () => {
  const ask = async (name: keyof RunningGraph['subgraphs'], type: string, ids: string[]) => {
    const viewer: Viewer = {
      organizationId: organization.organizationId,
      userId: organization.userId,
      roles: ['MEMBER', 'ADMIN'],
      scopes: [],
    };
    const query = `query ($of: [_Any!]!) { _entities(representations: $of) { ... on ${type} { id } } }`;
    return graph.subgraphs[name].ask(viewer, query, { of: ids.map((id) => ({ __typename: type, id })) });
  };

  /** Ids of rows that are there, by the name of the type's Prisma model. */
  const idsOf = async (name: keyof RunningGraph['subgraphs'], type: string): Promise<string[]> => {
    const delegates = graph.subgraphs[name].client as unknown as Record<
      string,
      { findMany(args: object): Promise<{ id?: string; orgId: string }[]> }
    >;
    const rows = await delegates[type[0]!.toLowerCase() + type.slice(1)]!.findMany({ take: 2 });
    return rows.map(({ id, orgId }) => id ?? orgId);
  };

  it.each(entities.filter(({ isOwned }) => isOwned).map(({ name, type }) => [type, name] as const))(
    'is answered in order, with null for the unknown: %s of %s',
    async (type, name) => {
      const ids = await idsOf(name, type);
      expect(ids.length).toBeGreaterThan(0);
      expect(ids.length).toBeGreaterThan(0);
      const { data, errors } = await ask(name, type, [...ids, uuidv7(), 'no id', ...[...ids].reverse()]);
      expect(errors).toBeUndefined();
      expect(data._entities).toEqual([...ids.map((id) => ({ id })), null, null, ...[...ids].reverse().map((id) => ({ id }))]);
    },
  );

  it('is one of those that the design names', () => {
    expect(
      entities
        .filter(({ isOwned }) => isOwned)
        .map(({ type }) => type)
        .sort(),
    ).toEqual(
      [
        'AnalysisResult',
        'Answer',
        'ApiKey',
        'ChatFile',
        'ChatSession',
        'ChatTurn',
        'Collection',
        'Dataset',
        'Deployment',
        'DiscoveryTool',
        'Document',
        'DocumentChunk',
        'Execution',
        'Industry',
        'Model',
        'ModelVersion',
        'Organization',
        'Prediction',
        'PredictionFeedback',
        'Project',
        'ProjectFile',
        'StoredFile',
        'TrainingRun',
        'UseCase',
        'UseCaseCategory',
        'User',
        'Workspace',
        'ModelMetric',
      ].sort(),
    );
  });
});
