import { v7 as uuidv7 } from 'uuid';
import { documents } from '../../../subgraphs/documents/subgraph.js';
import type { Viewer } from '../../../subgraphs/shared/viewer/viewer.js';
import { graphql } from '../../kit/documents/documents.js';
import type { Connection, GraphQLResponse } from '../../kit/documents/response.js';
import { runSubgraph, type RunningSubgraph } from '../../kit/subgraph.js';
import { aMember } from '../../kit/viewers.js';
import { ingestDocument, rateAnswer, recordAnswer } from './arrange.js';

let subgraph: RunningSubgraph;
beforeAll(async () => void (subgraph = await runSubgraph(documents())));
afterAll(() => subgraph.close());

const contents = async (viewer: Viewer, args: string): Promise<string[]> =>
  (
    await subgraph.execute<{ documentChunks: Connection<{ content: string }> }>(viewer, `{ documentChunks(${args}) { nodes { content } } }`)
  ).data.documentChunks.nodes.map((node) => node.content);

describe('reading chunks', () => {
  it('selects the document of a chunk and its other chunks', async () => {
    const viewer = aMember();
    const { id, chunkIds } = await ingestDocument(subgraph, viewer, { chunks: ['a', { content: 'b', title: 'B' }] });
    const { data } = await subgraph.execute(
      viewer,
      graphql(`
        query ($id: ID!) {
          documentChunk(id: $id) {
            chunkIndex
            title
            content
            contentType
            citationCount
            document {
              id
              chunks {
                nodes {
                  chunkIndex
                  content
                }
              }
            }
          }
        }
      `),
      { id: chunkIds[1] },
    );
    expect(data.documentChunk).toEqual({
      chunkIndex: 1,
      title: 'B',
      content: 'b',
      contentType: 'TEXT',
      citationCount: 0,
      document: {
        id,
        chunks: {
          nodes: [
            { chunkIndex: 0, content: 'a' },
            { chunkIndex: 1, content: 'b' },
          ],
        },
      },
    });
  });

  it('pages through a document in the order of its text, forward and backward', async () => {
    const viewer = aMember();
    const texts = ['0', '1', '2', '3', '4', '5', '6', '7', '8', '9', '10'];
    const { id } = await ingestDocument(subgraph, viewer, { chunks: texts });
    const walk = async (args: string, from: string, end: 'startCursor' | 'endCursor', more: 'hasPreviousPage' | 'hasNextPage') => {
      const walked: string[] = [];
      for (let cursor: string | null = null; ;) {
        const { data }: GraphQLResponse<{ document: { chunks: Connection<{ content: string }> } }> = await subgraph.execute(
          viewer,
          `query ($id: ID!, $cursor: String) {
            document(id: $id) { chunks(${args}, ${from}: $cursor) { nodes { content } pageInfo { ${end} ${more} } } } }`,
          { id, cursor },
        );
        const { nodes, pageInfo } = data.document.chunks;
        const page = nodes.map((node) => node.content);
        if (from === 'after') walked.push(...page);
        else walked.unshift(...page);
        if (!pageInfo[more]) return walked;
        cursor = pageInfo[end] as string;
      }
    };
    expect(await walk('first: 4', 'after', 'endCursor', 'hasNextPage')).toEqual(texts);
    expect(await walk('last: 4', 'before', 'startCursor', 'hasPreviousPage')).toEqual(texts);
    expect(await walk('first: 4, orderBy: { field: CHUNK_INDEX, direction: DESC }', 'after', 'endCursor', 'hasNextPage')).toEqual(
      texts.toReversed(),
    );
    expect(await walk('first: 4, orderBy: { field: CREATED_AT, direction: ASC }', 'after', 'endCursor', 'hasNextPage')).toEqual(texts);
  });

  it('filters by document, collection, type, use case, discovery tool and content', async () => {
    const viewer = aMember();
    const [useCaseId, otherUseCaseId, discoveryToolId] = [uuidv7(), uuidv7(), uuidv7()];
    const first = await ingestDocument(subgraph, viewer, {
      chunks: ['100% a', { content: '100 B', contentType: 'TIP', useCaseId }, { content: 'cafe\u0301', contentType: 'THEORY', useCaseId }],
    });
    await ingestDocument(subgraph, viewer, {
      collectionId: first.collectionId,
      chunks: [{ content: 'd', contentType: 'TIP', useCaseId: otherUseCaseId, discoveryToolId }],
    });
    await ingestDocument(subgraph, viewer, { chunks: ['e'] });
    const by = (filter: string) => contents(viewer, `filter: { ${filter} }, orderBy: { field: CREATED_AT, direction: ASC }`);
    expect(await by(`documentId: "${first.id}"`)).toEqual(['100% a', '100 B', 'caf\u00e9']);
    expect(await by(`collectionId: "${first.collectionId}"`)).toEqual(['100% a', '100 B', 'caf\u00e9', 'd']);
    expect(await by('contentType: TIP')).toEqual(['100 B', 'd']);
    expect(await by(`contentType: TIP, useCaseId: "${useCaseId}"`)).toEqual(['100 B']);
    expect(await by(`discoveryToolId: "${discoveryToolId.toUpperCase()}"`)).toEqual(['d']);
    expect(await by(`discoveryToolId: "${useCaseId}"`)).toEqual([]);
    expect(await by('contentContains: "0% A"')).toEqual(['100% a']);
    expect(await by('contentContains: "CAFE\\u0301"')).toEqual(['caf\u00e9']);
    expect(await by('contentContains: "_"')).toEqual([]);
    expect(await contents(viewer, 'first: 2')).toEqual(['e', 'd']);
    for (const field of ['documentId', 'collectionId', 'useCaseId', 'discoveryToolId']) {
      const { errors } = await subgraph.execute(viewer, `{ documentChunks(filter: { ${field}: "1" }) { totalCount } }`);
      expect([field, errors?.[0]?.extensions.code]).toEqual([field, 'BAD_USER_INPUT']);
    }
  });

  it('allows the order CHUNK_INDEX only within a document', async () => {
    const { errors } = await subgraph.execute(
      aMember(),
      '{ documentChunks(orderBy: { field: CHUNK_INDEX, direction: ASC }) { nodes { id } } }',
    );
    expect(errors?.[0]?.extensions.code).toBe('GRAPHQL_VALIDATION_FAILED');
  });

  it('reads no content for a page that does not select it', async () => {
    const viewer = aMember();
    await ingestDocument(subgraph, viewer);
    subgraph.statements.take();
    await subgraph.execute(viewer, graphql('{ documentChunks { nodes { title chunkIndex } } }'));
    expect(subgraph.statements.take().join()).not.toContain('document_chunk_contents');
  });
});

describe('the answers that cite a chunk', () => {
  it('are listed once, newest first, and every citation is counted', async () => {
    const viewer = aMember();
    const { chunkIds } = await ingestDocument(subgraph, viewer);
    const [chunkId, other] = chunkIds as [string, string];
    await recordAnswer(subgraph, viewer, { text: 'twice', citations: [{ chunkId }, { chunkId, quote: 'one' }] });
    const rated = await recordAnswer(subgraph, viewer, { text: 'once', citations: [{ chunkId: other }, { chunkId }] });
    await recordAnswer(subgraph, viewer, { text: 'elsewhere', citations: [{ chunkId: other }] });
    await rateAnswer(subgraph, viewer, rated);
    const { data } = await subgraph.execute(
      viewer,
      graphql(`
        query ($id: ID!) {
          documentChunk(id: $id) {
            citationCount
            citedBy {
              totalCount
              nodes {
                text
                feedbackScore
              }
            }
            pages: citedBy(first: 1, orderBy: { field: CREATED_AT, direction: ASC }) {
              nodes {
                text
              }
              pageInfo {
                hasNextPage
                endCursor
              }
            }
            rated: citedBy(filter: { isRated: true }) {
              totalCount
              nodes {
                text
              }
            }
          }
        }
      `),
      { id: chunkId },
    );
    expect(data.documentChunk).toEqual({
      citationCount: 3,
      citedBy: {
        totalCount: 2,
        nodes: [
          { text: 'once', feedbackScore: 1 },
          { text: 'twice', feedbackScore: 0 },
        ],
      },
      pages: { nodes: [{ text: 'twice' }], pageInfo: { hasNextPage: true, endCursor: expect.any(String) } },
      rated: { totalCount: 1, nodes: [{ text: 'once' }] },
    });
    const next = await subgraph.execute(
      viewer,
      graphql(`
        query ($id: ID!, $after: String) {
          documentChunk(id: $id) {
            citedBy(first: 1, after: $after, orderBy: { field: CREATED_AT, direction: ASC }) {
              nodes {
                text
              }
              pageInfo {
                hasNextPage
              }
            }
          }
        }
      `),
      { id: chunkId, after: data.documentChunk.pages.pageInfo.endCursor },
    );
    expect(next.data.documentChunk.citedBy).toEqual({ nodes: [{ text: 'once' }], pageInfo: { hasNextPage: false } });
  });
});

describe('fields on entities of other subgraphs', () => {
  it('returns the chunks of a use case and of a discovery tool in the organization', async () => {
    const viewer = aMember();
    const [useCaseId, discoveryToolId] = [uuidv7(), uuidv7()];
    await ingestDocument(subgraph, viewer, {
      chunks: [
        { content: 'a', useCaseId },
        { content: 'b', discoveryToolId },
        { content: 'c', useCaseId, contentType: 'TIP' },
      ],
    });
    await ingestDocument(subgraph, aMember(), { chunks: [{ content: 'canary', useCaseId, discoveryToolId }] });
    const { data } = await subgraph.execute(
      viewer,
      graphql(`
        query ($of: [_Any!]!) {
          _entities(representations: $of) {
            __typename
            ... on UseCase {
              id
              chunks {
                totalCount
                nodes {
                  content
                  useCase {
                    id
                  }
                }
              }
              tips: chunks(filter: { contentType: TIP }) {
                nodes {
                  content
                }
              }
            }
            ... on DiscoveryTool {
              id
              chunks {
                totalCount
                nodes {
                  content
                  discoveryTool {
                    id
                  }
                }
              }
            }
          }
        }
      `),
      {
        of: [
          { __typename: 'UseCase', id: useCaseId },
          { __typename: 'DiscoveryTool', id: discoveryToolId },
          { __typename: 'UseCase', id: discoveryToolId },
        ],
      },
    );
    expect(data._entities).toEqual([
      {
        __typename: 'UseCase',
        id: useCaseId,
        chunks: {
          totalCount: 2,
          nodes: [
            { content: 'c', useCase: { id: useCaseId } },
            { content: 'a', useCase: { id: useCaseId } },
          ],
        },
        tips: { nodes: [{ content: 'c' }] },
      },
      {
        __typename: 'DiscoveryTool',
        id: discoveryToolId,
        chunks: { totalCount: 1, nodes: [{ content: 'b', discoveryTool: { id: discoveryToolId } }] },
      },
      { __typename: 'UseCase', id: discoveryToolId, chunks: { totalCount: 0, nodes: [] }, tips: { nodes: [] } },
    ]);
  });

  it('takes as many statements for thirty use cases as for one', async () => {
    const viewer = aMember();
    const ids = Array.from({ length: 30 }, () => uuidv7());
    await ingestDocument(subgraph, viewer, { chunks: ids.map((id) => ({ content: id, useCaseId: id })) });
    const cost = async (count: number) => {
      subgraph.statements.take();
      const { data } = await subgraph.execute(
        viewer,
        graphql(`
          query ($of: [_Any!]!) {
            _entities(representations: $of) {
              ... on UseCase {
                chunks(first: 5) {
                  totalCount
                  nodes {
                    content
                    citationCount
                    document {
                      title
                      collection {
                        name
                      }
                    }
                  }
                }
              }
            }
          }
        `),
        { of: ids.slice(0, count).map((id) => ({ __typename: 'UseCase', id })) },
      );
      expect(data._entities).toMatchObject(Array(count).fill({ chunks: { totalCount: 1 } }));
      return subgraph.statements.take().length;
    };
    expect(await cost(30)).toBe(await cost(1));
  });
});

describe('tenancy', () => {
  it('hides it from another organization: by id, in a page, in a filter, and as an entity', async () => {
    const owner = aMember();
    const { id, chunkIds } = await ingestDocument(subgraph, owner, { chunks: ['canary'] });
    const stranger = aMember();
    const own = await ingestDocument(subgraph, stranger, { chunks: ['own'] });
    const { data } = await subgraph.execute(
      stranger,
      graphql(`
        query ($id: ID!, $document: ID!, $of: [_Any!]!) {
          documentChunk(id: $id) {
            content
          }
          documentChunks {
            totalCount
          }
          of: documentChunks(filter: { documentId: $document }) {
            totalCount
          }
          containing: documentChunks(filter: { contentContains: "canary" }) {
            totalCount
            nodes {
              id
            }
          }
          _entities(representations: $of) {
            ... on DocumentChunk {
              content
            }
          }
        }
      `),
      {
        id: chunkIds[0],
        document: id,
        of: [chunkIds[0], own.chunkIds[0], uuidv7()].map((entity) => ({ __typename: 'DocumentChunk', id: entity })),
      },
    );
    expect(data).toEqual({
      documentChunk: null,
      documentChunks: { totalCount: 1 },
      of: { totalCount: 0 },
      containing: { totalCount: 0, nodes: [] },
      _entities: [null, { content: 'own' }, null],
    });
  });

  it('returns UNAUTHENTICATED to an anonymous viewer and BAD_USER_INPUT for a malformed id', async () => {
    expect((await subgraph.execute(null, graphql('{ documentChunks { nodes { id } } }'))).errors?.[0]?.extensions.code).toBe(
      'UNAUTHENTICATED',
    );
    expect((await subgraph.execute(aMember(), graphql('{ documentChunk(id: "1") { id } }'))).errors?.[0]?.extensions.code).toBe(
      'BAD_USER_INPUT',
    );
  });
});
