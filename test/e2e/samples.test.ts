import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { getNamedType, isObjectType, type GraphQLObjectType } from 'graphql';
import { v7 as uuidv7 } from 'uuid';
import { demoKey } from '../../samples/demo.js';
import { graphClient, type GraphClient } from '../../samples/graph-client.js';
import { loadSamples } from '../../samples/load.js';
import { REGISTRY } from '../../subgraphs/shared/configuration/registry.js';
import { subgraphSchema } from '../../subgraphs/shared/schema/subgraph-schema.js';
import type { Viewer } from '../../subgraphs/shared/viewer/viewer.js';
import { graphql } from '../kit/documents/api.js';
import type { TypedDocument } from '../kit/documents/typed-document.js';
import { allSubgraphs, runGraph, type NewOrganization, type RunningGraph } from '../kit/graph.js';
import { servingSecrets } from '../kit/serving.js';

let graph: RunningGraph;
let organization: NewOrganization;
let client: GraphClient;
beforeAll(async () => {
  graph = await runGraph();
  organization = await graph.createOrganization({ isPlatformAdmin: true });
  client = graphClient(graph.url, organization.apiKeyToken);
  await loadSamples(client);
});
afterAll(() => graph.close());

/** Sends an operation as the samples' client does, and returns its data. */
const run = <Result>(document: TypedDocument<Result, Record<string, never>>) => client.run(document) as Promise<Result>;

const COUNTS = graphql(`
  {
    datasets {
      totalCount
    }
    trainingRuns {
      totalCount
    }
    modelVersions {
      totalCount
    }
    deployments {
      totalCount
    }
    predictions {
      totalCount
    }
    models {
      totalCount
    }
    modelMetrics {
      totalCount
    }
    workspaces {
      totalCount
    }
    projects {
      totalCount
      nodes {
        files {
          totalCount
        }
      }
    }
    runningTrainings: trainingRuns(filter: { statuses: [RUNNING] }) {
      totalCount
    }
    predictionFeedbacks {
      totalCount
    }
    collections {
      totalCount
    }
    documents {
      totalCount
    }
    documentChunks {
      totalCount
    }
    answers {
      totalCount
    }
    trainingCorpora {
      nodes {
        recordCount
      }
    }
    chatSessions {
      totalCount
    }
    executions {
      totalCount
    }
    industries {
      totalCount
    }
    useCases {
      totalCount
    }
  }
`);

describe('the samples', () => {
  it('contain datasets, trained versions, predictions with feedback, the documentation of fastify, and the catalogue', async () => {
    const counts = await run(COUNTS);
    expect(counts).toMatchObject({
      datasets: { totalCount: 3 },
      trainingRuns: { totalCount: 5 },
      modelVersions: { totalCount: 5 },
      predictions: { totalCount: 120 },
      predictionFeedbacks: { totalCount: 120 },
      industries: { totalCount: 9 },
      trainingCorpora: { nodes: [{ recordCount: 12 }] },
    });
    expect(counts.useCases.totalCount).toBeGreaterThanOrEqual(30);
    expect(counts.documentChunks.totalCount).toBeGreaterThan(300);
  });

  it('answer each question with a sentence that is quoted from its document', async () => {
    const { answers } = await run(
      graphql(`
        {
          answers(orderBy: { field: CREATED_AT, direction: ASC }) {
            nodes {
              text
              citations {
                quote
                chunk {
                  title
                  document {
                    title
                  }
                }
              }
            }
          }
        }
      `),
    );
    const quotes = answers.nodes.map(({ citations }) => citations[0]!.quote.replaceAll(/\s+/g, ' '));
    expect(quotes).toEqual([
      "If not, [`ready`](#ready) will complete with an `Error` with code `'ERR_AVVIO_PLUGIN_TIMEOUT'`.",
      'Before introducing any tests, we will use the `.inject` method to make a fake request to our route:',
      '`onRequest` is the first hook to be executed in the request lifecycle.',
    ]);
    expect(answers.nodes).toEqual(
      [
        ['pluginTimeout', 'Server'],
        ['Benefits of using fastify.inject()', 'Testing'],
        [expect.stringMatching(/^fastify\.onRequestHookHandler/), 'TypeScript'],
      ].map(([title, document], index) => ({
        text: quotes[index],
        citations: [{ quote: expect.any(String), chunk: { title, document: { title: document } } }],
      })),
    );
  });

  it('predict every species of penguin', async () => {
    const { models } = await run(
      graphql(`
        {
          models(first: 9) {
            nodes {
              name
              versions(first: 5) {
                nodes {
                  predictions(first: 100) {
                    nodes {
                      output
                    }
                  }
                }
              }
            }
          }
        }
      `),
    );
    const { versions } = models.nodes.find(({ name }) => name === 'penguin-species')!;
    for (const { predictions } of versions.nodes) {
      const species = predictions.nodes.map(({ output }) => (output as { species: string }).species);
      expect([...new Set(species)].sort()).toEqual(['Adelie', 'Chinstrap', 'Gentoo']);
    }
  });

  it('do not change when they are loaded again', async () => {
    const before = await run(COUNTS);
    await loadSamples(client);
    expect(await run(COUNTS)).toEqual(before);
  });

  it.each(readdirSync('samples/operations').filter((file) => file.endsWith('.graphql') && !/^[89]-/.test(file)))(
    'answer the operation %s',
    async (file) => {
      const answer = await graph.execute(organization.apiKeyToken, readFileSync(`samples/operations/${file}`, 'utf8'));
      expect(answer.errors).toBeUndefined();
      expect(JSON.stringify(answer.data).length).toBeGreaterThan(300);
    },
  );
});

/** The types with a key; `isOwned` is true if the subgraph has their table. */
const entities = allSubgraphs.flatMap(({ name, resolvers }) => {
  const schema = subgraphSchema(REGISTRY[name].sdlFolder, resolvers);
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
    return graph.subgraphs[name].execute<{ _entities: object[] }>(viewer, query, { of: ids.map((id) => ({ __typename: type, id })) });
  };

  /** The types that share a table, with the filter for their rows; other types have a table of their name. */
  const shared: Readonly<Record<string, string>> = {
    ConversationExample: 'CONVERSATION',
    SimulationExample: 'SIMULATION',
    CodeExample: 'CODE',
  };

  /** The ids of existing rows, by the name of the type's Prisma model. */
  const idsOf = async (name: keyof RunningGraph['subgraphs'], type: string): Promise<string[]> => {
    const delegates = graph.subgraphs[name].client as unknown as Record<
      string,
      { findMany(args: object): Promise<{ id?: string; orgId: string }[]> }
    >;
    const kind = shared[type];
    const model = kind ? 'trainingExample' : type[0]!.toLowerCase() + type.slice(1);
    const rows = await delegates[model]!.findMany({ take: 2, ...(kind && { where: { kind } }) });
    return rows.map(({ id, orgId }) => id ?? orgId);
  };

  it.each(entities.filter(({ isOwned }) => isOwned).map(({ name, type }) => [type, name] as const))(
    'is resolved in order, with null for unknown ids: %s of %s',
    async (type, name) => {
      const ids = await idsOf(name, type);
      expect(ids.length).toBeGreaterThan(0);
      expect(ids.length).toBeGreaterThan(0);
      const { data, errors } = await ask(name, type, [...ids, uuidv7(), 'no id', ...[...ids].reverse()]);
      expect(errors).toBeUndefined();
      expect(data._entities).toEqual([...ids.map((id) => ({ id })), null, null, ...[...ids].reverse().map((id) => ({ id }))]);
    },
  );

  it('is in the list of the design', () => {
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
        'CodeExample',
        'Collection',
        'ConversationExample',
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
        'SimulationExample',
        'StoredFile',
        'TrainingCorpus',
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

/** A client that loses the connection during its last mutation: the graph executes it, and the response is lost. */
function cutOff(whole: GraphClient, isLast: (mutation: string, count: number) => boolean): GraphClient {
  let count = 0;
  return {
    async run(query, variables) {
      const data = await whole.run(query, variables);
      if (query.startsWith('mutation') && isLast(query, (count += 1))) throw new Error('cut off');
      return data;
    },
  };
}

describe('loading the samples', () => {
  let counts: object;
  beforeAll(async () => void (counts = await run(COUNTS)));

  const anEmptyOrganization = async (): Promise<GraphClient> =>
    graphClient(graph.url, (await graph.createOrganization({ isPlatformAdmin: true })).apiKeyToken);

  it.each([110])(
    'continues after an interruption after %d mutations',
    async (mutations) => {
      const own = await anEmptyOrganization();
      await expect(loadSamples(cutOff(own, (_, count) => count === mutations))).rejects.toThrow('cut off');
      expect(await own.run(COUNTS)).not.toEqual(counts);
      await loadSamples(own);
      expect(await own.run(COUNTS)).toEqual(counts);
    },
    60_000,
  );

  it('continues after repeated interruptions, one for each step of a trial', async () => {
    const own = await anEmptyOrganization();
    const steps = ['executionRecord', 'trainingRunStart', 'trainingRunFinish', 'modelVersionCreate', 'modelMetricsRecord'];
    for (const step of [...steps, 'deploymentCreate', 'predictionRecord', 'predictionFeedbackCreate'])
      await expect(loadSamples(cutOff(own, (mutation) => mutation.includes(`${step}(`)))).rejects.toThrow('cut off');
    await loadSamples(own);
    expect(await own.run(COUNTS)).toEqual(counts);
  });

  it('continues with a new API key if the first one was lost', async () => {
    const folder = mkdtempSync(`${tmpdir()}/demo-`);
    const place = { folder, url: graph.url, client: graph.subgraphs.serving.client as never, secrets: servingSecrets };
    try {
      const first = await demoKey(place);
      expect(await demoKey(place)).toBe(first);
      rmSync(folder, { recursive: true });
      const second = await demoKey(place);
      expect(second).not.toBe(first);
      expect(await graphClient(graph.url, second).run(COUNTS)).toEqual(counts);
      expect(await graphClient(graph.url, first).run(COUNTS)).toEqual(counts);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });
});
