import { v7 as uuidv7 } from 'uuid';
import { documents } from '../../../subgraphs/documents/subgraph.js';
import type { Viewer } from '../../../subgraphs/shared/viewer/viewer.js';
import { graphql } from '../../kit/documents/documents.js';
import type { Connection, GraphQLResponse } from '../../kit/documents/response.js';
import { runSubgraph, type RunningSubgraph } from '../../kit/subgraph.js';
import { aMember } from '../../kit/viewers.js';
import { createCollection, ingestDocument, recordAnswer } from './arrange.js';

let subgraph: RunningSubgraph;
beforeAll(async () => void (subgraph = await runSubgraph(documents())));
afterAll(() => subgraph.close());

const CREATE = graphql(`
  mutation ($input: CollectionCreateInput!) {
    collectionCreate(input: $input) {
      collection {
        id
        name
        description
      }
      userErrors {
        code
        field
        message
      }
    }
  }
`);
const UPDATE = graphql(`
  mutation ($input: CollectionUpdateInput!) {
    collectionUpdate(input: $input) {
      collection {
        id
        name
        description
      }
      userErrors {
        code
        field
        message
      }
    }
  }
`);
const DELETE = graphql(`
  mutation ($input: CollectionDeleteInput!) {
    collectionDelete(input: $input) {
      deleted {
        id
        documentCount
        chunkCount
      }
      userErrors {
        code
        field
        message
      }
    }
  }
`);

const names = async (viewer: Viewer, args = '(orderBy: { field: NAME, direction: ASC })'): Promise<string[]> =>
  (
    await subgraph.execute<{ collections: Connection<{ name: string }> }>(viewer, `{ collections${args} { nodes { name } } }`)
  ).data.collections.nodes.map((node) => node.name);

describe('creating a collection', () => {
  it('stores its name and description and is empty', async () => {
    const viewer = aMember();
    const { data } = await subgraph.execute(viewer, CREATE, { input: { name: 'React', description: 'The manual' } });
    expect(data.collectionCreate).toEqual({
      collection: { id: expect.any(String), name: 'React', description: 'The manual' },
      userErrors: [],
    });
    const { id } = data.collectionCreate.collection;
    const read = await subgraph.execute(
      viewer,
      graphql(`
        query ($id: ID!) {
          collection(id: $id) {
            name
            documentCount
            chunkCount
            documents {
              totalCount
            }
            createdAt
            updatedAt
          }
        }
      `),
      { id },
    );
    expect(read.data.collection).toEqual({
      name: 'React',
      documentCount: 0,
      chunkCount: 0,
      documents: { totalCount: 0 },
      createdAt: expect.any(String),
      updatedAt: expect.any(String),
    });
  });

  it.each([
    ['a blank name', { name: ' ' }, 'BLANK', ['input', 'name']],
    ['a long name', { name: 'x'.repeat(201) }, 'TOO_LONG', ['input', 'name']],
    ['a blank description', { description: '' }, 'BLANK', ['input', 'description']],
    ['a long description', { description: 'x'.repeat(2001) }, 'TOO_LONG', ['input', 'description']],
    ['a blank idempotency key', { idempotencyKey: ' ' }, 'BLANK', ['input', 'idempotencyKey']],
  ])('refuses %s and creates nothing', async (_, wrong, code, field) => {
    const viewer = aMember();
    const { data } = await subgraph.execute(viewer, CREATE, { input: { name: 'n', ...wrong } });
    expect(data.collectionCreate).toMatchObject({ collection: null, userErrors: [{ code, field }] });
    expect(await names(viewer)).toEqual([]);
  });

  it('has a case-insensitive unique name within its organization', async () => {
    const viewer = aMember();
    await createCollection(subgraph, viewer, 'Python');
    const { data } = await subgraph.execute(viewer, CREATE, { input: { name: 'PYTHON' } });
    expect(data.collectionCreate).toMatchObject({ collection: null, userErrors: [{ code: 'TAKEN', field: ['input', 'name'] }] });
    const pattern = await subgraph.execute(viewer, CREATE, { input: { name: 'Pyth%' } });
    expect(pattern.data.collectionCreate.userErrors).toEqual([]);
    const other = await subgraph.execute(aMember(), CREATE, { input: { name: 'python' } });
    expect(other.data.collectionCreate.userErrors).toEqual([]);
    expect(await names(viewer)).toEqual(expect.arrayContaining(['Pyth%', 'Python']));
  });

  it('gives the name to one of ten concurrent requests', async () => {
    const viewer = aMember();
    const answers = await Promise.all(
      Array.from({ length: 10 }, (_, index) => subgraph.execute(viewer, CREATE, { input: { name: index % 2 ? 'Race' : 'race' } })),
    );
    const codes = answers.map(({ data }) => data.collectionCreate.userErrors[0]?.code ?? 'created').sort();
    expect(codes).toEqual([...Array<string>(9).fill('TAKEN'), 'created']);
    expect(await names(viewer)).toHaveLength(1);
  });

  it('returns the first collection for a repeated idempotency key, and refuses a different input', async () => {
    const viewer = aMember();
    const input = { name: 'once', idempotencyKey: 'k' };
    const answers = await Promise.all(Array.from({ length: 10 }, () => subgraph.execute(viewer, CREATE, { input })));
    expect(new Set(answers.map(({ data }) => data.collectionCreate.collection.id)).size).toBe(1);
    const other = await subgraph.execute(viewer, CREATE, { input: { ...input, name: 'twice' } });
    expect(other.data.collectionCreate).toMatchObject({
      collection: null,
      userErrors: [{ code: 'CONFLICT', field: ['input', 'idempotencyKey'] }],
    });
    expect(await names(viewer)).toEqual(['once']);
  });
});

describe('changing a collection', () => {
  it('changes the given fields, keeps omitted ones, and clears the description with null', async () => {
    const viewer = aMember();
    const id = await createCollection(subgraph, viewer, 'old', 'text');
    const renamed = await subgraph.execute(viewer, UPDATE, { input: { id, name: 'OLD' } });
    expect(renamed.data.collectionUpdate).toEqual({ collection: { id, name: 'OLD', description: 'text' }, userErrors: [] });
    const cleared = await subgraph.execute(viewer, UPDATE, { input: { id, description: null } });
    expect(cleared.data.collectionUpdate.collection).toEqual({ id, name: 'OLD', description: null });
  });

  it.each([
    ['a malformed id', { id: '1' }, 'INVALID', ['input', 'id']],
    ['an unknown id', { id: uuidv7() }, 'NOT_FOUND', ['input', 'id']],
    ['a blank name', { name: '' }, 'BLANK', ['input', 'name']],
    ['a name that another has', { name: 'Taken' }, 'TAKEN', ['input', 'name']],
    ['a long description', { description: 'x'.repeat(2001) }, 'TOO_LONG', ['input', 'description']],
  ])('refuses %s and changes nothing', async (_, wrong, code, field) => {
    const viewer = aMember();
    await createCollection(subgraph, viewer, 'taken');
    const id = await createCollection(subgraph, viewer, 'mine');
    const { data } = await subgraph.execute(viewer, UPDATE, { input: { id, ...wrong } });
    expect(data.collectionUpdate).toMatchObject({ collection: null, userErrors: [{ code, field }] });
    expect(await names(viewer)).toEqual(['mine', 'taken']);
  });
});

describe('deleting a collection', () => {
  it('deletes its documents and chunks and returns their numbers', async () => {
    const viewer = aMember();
    const { id, collectionId, chunkIds } = await ingestDocument(subgraph, viewer, { chunks: ['a', 'b', 'c'] });
    await ingestDocument(subgraph, viewer, { collectionId, chunks: ['d'] });
    const { data } = await subgraph.execute(viewer, DELETE, { input: { id: collectionId } });
    expect(data.collectionDelete).toEqual({ deleted: { id: collectionId, documentCount: 2, chunkCount: 4 }, userErrors: [] });
    const read = await subgraph.execute(
      viewer,
      graphql(`
        query ($id: ID!, $chunk: ID!, $collection: ID!) {
          collection(id: $collection) {
            id
          }
          document(id: $id) {
            id
          }
          documentChunk(id: $chunk) {
            id
          }
        }
      `),
      {
        id,
        chunk: chunkIds[0],
        collection: collectionId,
      },
    );
    expect(read.data).toEqual({ collection: null, document: null, documentChunk: null });
  });

  it('is refused while an answer cites one of its chunks', async () => {
    const viewer = aMember();
    const { id, collectionId, chunkIds } = await ingestDocument(subgraph, viewer);
    await recordAnswer(subgraph, viewer, { citations: [{ chunkId: chunkIds[1]! }] });
    const { data } = await subgraph.execute(viewer, DELETE, { input: { id: collectionId } });
    expect(data.collectionDelete).toMatchObject({ deleted: null, userErrors: [{ code: 'IN_USE', field: ['input', 'id'] }] });
    const read = await subgraph.execute(viewer, graphql('query ($id: ID!) { document(id: $id) { chunkCount collection { id } } }'), { id });
    expect(read.data.document).toEqual({ chunkCount: 2, collection: { id: collectionId } });
  });

  it.each([
    ['a malformed id', 'collection', 'INVALID'],
    ['an unknown id', uuidv7(), 'NOT_FOUND'],
  ])('refuses %s', async (_, id, code) => {
    const { data } = await subgraph.execute(aMember(), DELETE, { input: { id } });
    expect(data.collectionDelete).toMatchObject({ deleted: null, userErrors: [{ code, field: ['input', 'id'] }] });
  });
});

describe('listing collections', () => {
  it('pages through all of them in order, forward and backward', async () => {
    const viewer = aMember();
    for (const name of ['d', 'b', 'e', 'a', 'c']) await createCollection(subgraph, viewer, name);
    for (const direction of ['ASC', 'DESC']) {
      const sorted = direction === 'ASC' ? ['a', 'b', 'c', 'd', 'e'] : ['e', 'd', 'c', 'b', 'a'];
      expect(await walk(viewer, direction, 'first', 'after', 'endCursor', 'hasNextPage')).toEqual(sorted);
      expect(await walk(viewer, direction, 'last', 'before', 'startCursor', 'hasPreviousPage')).toEqual(
        [sorted.slice(3), sorted.slice(1, 3), sorted.slice(0, 1)].flat(),
      );
    }
    expect(await names(viewer, '')).toEqual(['c', 'a', 'e', 'b', 'd']);
    expect(await names(viewer, '(orderBy: { field: CREATED_AT, direction: ASC }, first: 2)')).toEqual(['d', 'b']);
  });

  it('filters by a part of the name', async () => {
    const viewer = aMember();
    for (const name of ['100% React', '100 others']) await createCollection(subgraph, viewer, name);
    expect(await names(viewer, '(filter: { nameContains: "0% r" })')).toEqual(['100% React']);
  });

  it('takes as many statements for many collections as for one', async () => {
    const cost = async (count: number) => {
      const viewer = aMember();
      for (let index = 0; index < count; index += 1) {
        const { chunkIds } = await ingestDocument(subgraph, viewer);
        await recordAnswer(subgraph, viewer, { citations: [{ chunkId: chunkIds[0]! }, { chunkId: chunkIds[1]! }] });
      }
      subgraph.statements.take();
      const { data, errors } = await subgraph.execute(
        viewer,
        graphql(`
          {
            collections(first: 50) {
              totalCount
              nodes {
                documentCount
                chunkCount
                documents(first: 2) {
                  totalCount
                  nodes {
                    title
                    chunkCount
                    collection {
                      name
                    }
                    chunks(first: 2) {
                      totalCount
                      nodes {
                        content
                        citationCount
                        document {
                          title
                        }
                        useCase {
                          id
                        }
                        citedBy(first: 2) {
                          totalCount
                          nodes {
                            text
                            feedbackScore
                            feedback(first: 2) {
                              totalCount
                              nodes {
                                rating
                              }
                            }
                            user {
                              id
                            }
                            citations {
                              position
                              chunk {
                                content
                              }
                            }
                          }
                        }
                      }
                    }
                  }
                }
              }
            }
          }
        `),
      );
      expect(errors).toBeUndefined();
      expect(data.collections.nodes).toHaveLength(count);
      expect(data.collections.nodes[0]!.documents.nodes[0]!.chunks.nodes[1]!.citedBy.nodes[0]!.citations[0]!.chunk.content).toBe('one');
      return subgraph.statements.take();
    };
    const [one, thirty] = [await cost(1), await cost(30)];
    expect(thirty).toHaveLength(one.length);
    expect(thirty.length).toBeLessThanOrEqual(20);
  });

  async function walk(
    viewer: Viewer,
    direction: string,
    size: string,
    from: string,
    end: 'startCursor' | 'endCursor',
    more: 'hasPreviousPage' | 'hasNextPage',
  ): Promise<string[]> {
    const walked: string[] = [];
    for (let cursor: string | null = null; ;) {
      const { data }: GraphQLResponse<{ collections: Connection<{ name: string }> }> = await subgraph.execute(
        viewer,
        `query ($cursor: String) {
          collections(${size}: 2, ${from}: $cursor, orderBy: { field: NAME, direction: ${direction} }) {
            nodes { name } pageInfo { ${end} ${more} } } }`,
        { cursor },
      );
      walked.push(...data.collections.nodes.map((node) => node.name));
      if (!data.collections.pageInfo[more]) return walked;
      cursor = data.collections.pageInfo[end];
    }
  }
});

describe('tenancy', () => {
  it('hides it from another organization: by id, in a page, as an entity, and to change or delete', async () => {
    const owner = aMember();
    const id = await createCollection(subgraph, owner, 'canary');
    const stranger = aMember();
    const own = await createCollection(subgraph, stranger, 'own');
    const { data } = await subgraph.execute(
      stranger,
      graphql(`
        query ($id: ID!, $of: [_Any!]!) {
          collection(id: $id) {
            name
          }
          collections {
            totalCount
          }
          _entities(representations: $of) {
            ... on Collection {
              name
            }
          }
        }
      `),
      { id, of: [id, own, uuidv7()].map((entity) => ({ __typename: 'Collection', id: entity })) },
    );
    expect(data).toEqual({ collection: null, collections: { totalCount: 1 }, _entities: [null, { name: 'own' }, null] });
    const update = await subgraph.execute(stranger, UPDATE, { input: { id, name: 'x' } });
    expect(update.data.collectionUpdate).toMatchObject({ collection: null, userErrors: [{ code: 'NOT_FOUND' }] });
    const deletion = await subgraph.execute(stranger, DELETE, { input: { id } });
    expect(deletion.data.collectionDelete).toMatchObject({ deleted: null, userErrors: [{ code: 'NOT_FOUND' }] });
    expect(await names(owner)).toEqual(['canary']);
  });

  it('returns UNAUTHENTICATED to an anonymous viewer', async () => {
    const { errors } = await subgraph.execute(null, graphql('{ collections { totalCount nodes { id } } }'));
    expect(errors?.[0]?.extensions.code).toBe('UNAUTHENTICATED');
  });

  it('returns BAD_USER_INPUT for a malformed id', async () => {
    const { errors } = await subgraph.execute(aMember(), graphql('{ collection(id: "1") { id } }'));
    expect(errors?.[0]?.extensions.code).toBe('BAD_USER_INPUT');
  });
});
