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

const UPDATE = graphql(`
  mutation ($input: DocumentUpdateInput!) {
    documentUpdate(input: $input) {
      document {
        title
        metadata
        revision
        createdAt
        updatedAt
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
const DELETE = graphql(`
  mutation ($input: DocumentDeleteInput!) {
    documentDelete(input: $input) {
      deleted {
        id
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

const titles = async (viewer: Viewer, args: string): Promise<string[]> =>
  (
    await subgraph.execute<{ documents: Connection<{ title: string }> }>(viewer, `{ documents(${args}) { nodes { title } } }`)
  ).data.documents.nodes.map((node) => node.title);

describe('changing a document', () => {
  it('changes its title and metadata, keeps omitted fields, and does not change its chunks', async () => {
    const viewer = aMember();
    const { id } = await ingestDocument(subgraph, viewer, { metadata: { a: 1 } });
    const renamed = await subgraph.execute(viewer, UPDATE, { input: { id, expectedRevision: 1, title: 'New' } });
    expect(renamed.data.documentUpdate).toMatchObject({
      document: { title: 'New', metadata: { a: 1 }, revision: 2, chunkCount: 2 },
      userErrors: [],
    });
    const { createdAt, updatedAt } = renamed.data.documentUpdate.document;
    expect(updatedAt > createdAt).toBe(true);
    const noted = await subgraph.execute(viewer, UPDATE, { input: { id, expectedRevision: 2, metadata: { b: 2 } } });
    expect(noted.data.documentUpdate.document).toMatchObject({ title: 'New', metadata: { b: 2 }, revision: 3 });
  });

  it.each([
    ['a malformed id', { id: '1' }, 'INVALID', ['input', 'id']],
    ['an unknown id', { id: uuidv7() }, 'NOT_FOUND', ['input', 'id']],
    ['a blank title', { title: '' }, 'BLANK', ['input', 'title']],
    ['a long title', { title: 'x'.repeat(501) }, 'TOO_LONG', ['input', 'title']],
    ['metadata that is no object', { metadata: 'text' }, 'INVALID', ['input', 'metadata']],
    ['a revision that was never there', { expectedRevision: 2 }, 'CONFLICT', ['input', 'expectedRevision']],
  ])('refuses %s and changes nothing', async (_, wrong, code, field) => {
    const viewer = aMember();
    const { id } = await ingestDocument(subgraph, viewer, { title: 'mine', metadata: { a: 1 } });
    const { data } = await subgraph.execute(viewer, UPDATE, { input: { id, expectedRevision: 1, title: 'other', metadata: {}, ...wrong } });
    expect(data.documentUpdate).toMatchObject({ document: null, userErrors: [{ code, field }] });
    const read = await subgraph.execute(viewer, graphql('query ($id: ID!) { document(id: $id) { title metadata revision } }'), { id });
    expect(read.data.document).toEqual({ title: 'mine', metadata: { a: 1 }, revision: 1 });
  });

  it('accepts one of ten concurrent changes and refuses the others', async () => {
    const viewer = aMember();
    const { id } = await ingestDocument(subgraph, viewer);
    const answers = await Promise.all(
      Array.from({ length: 10 }, (_, run) => subgraph.execute(viewer, UPDATE, { input: { id, expectedRevision: 1, metadata: { run } } })),
    );
    const done = answers.flatMap(({ data }) => data.documentUpdate.document ?? []);
    const codes = answers.flatMap(({ data }) => data.documentUpdate.userErrors.map((error) => error.code));
    expect([done.length, codes]).toEqual([1, Array(9).fill('CONFLICT')]);
    const { data } = await subgraph.execute(viewer, graphql('query ($id: ID!) { document(id: $id) { metadata revision } }'), { id });
    expect(data.document).toEqual({ metadata: done[0]!.metadata, revision: 2 });
  });
});

describe('deleting a document', () => {
  it('deletes its chunks and returns their number', async () => {
    const viewer = aMember();
    const { id, collectionId, chunkIds } = await ingestDocument(subgraph, viewer, { chunks: ['a', 'b', 'c'] });
    const { data } = await subgraph.execute(viewer, DELETE, { input: { id } });
    expect(data.documentDelete).toEqual({ deleted: { id, chunkCount: 3 }, userErrors: [] });
    const read = await subgraph.execute(
      viewer,
      graphql(`
        query ($id: ID!, $chunk: ID!, $collection: ID!) {
          document(id: $id) {
            id
          }
          documentChunk(id: $chunk) {
            id
          }
          collection(id: $collection) {
            documentCount
            chunkCount
          }
        }
      `),
      {
        id,
        chunk: chunkIds[0],
        collection: collectionId,
      },
    );
    expect(read.data).toEqual({ document: null, documentChunk: null, collection: { documentCount: 0, chunkCount: 0 } });
  });

  it('is refused while an answer cites one of its chunks', async () => {
    const viewer = aMember();
    const { id, chunkIds } = await ingestDocument(subgraph, viewer);
    await recordAnswer(subgraph, viewer, { citations: [{ chunkId: chunkIds[0]! }] });
    const { data } = await subgraph.execute(viewer, DELETE, { input: { id } });
    expect(data.documentDelete).toMatchObject({ deleted: null, userErrors: [{ code: 'IN_USE', field: ['input', 'id'] }] });
    const read = await subgraph.execute(viewer, graphql('query ($id: ID!) { document(id: $id) { chunkCount } }'), { id });
    expect(read.data.document).toEqual({ chunkCount: 2 });
  });

  it.each([
    ['a malformed id', 'document', 'INVALID'],
    ['an unknown id', uuidv7(), 'NOT_FOUND'],
  ])('refuses %s', async (_, id, code) => {
    const { data } = await subgraph.execute(aMember(), DELETE, { input: { id } });
    expect(data.documentDelete).toMatchObject({ deleted: null, userErrors: [{ code, field: ['input', 'id'] }] });
  });
});

describe('listing documents', () => {
  it('pages through all of them in order, forward and backward, also with equal titles', async () => {
    const viewer = aMember();
    const collectionId = await createCollection(subgraph, viewer);
    for (const title of ['d', 'b', 'a', 'c', 'b']) await ingestDocument(subgraph, viewer, { collectionId, title });
    await ingestDocument(subgraph, viewer, { title: 'elsewhere' });
    const walk = async (
      direction: string,
      size: string,
      from: string,
      end: 'startCursor' | 'endCursor',
      more: 'hasPreviousPage' | 'hasNextPage',
    ) => {
      const walked: string[] = [];
      for (let cursor: string | null = null; ;) {
        const { data }: GraphQLResponse<{ collection: { documents: Connection<{ title: string }> & { totalCount: number } } }> =
          await subgraph.execute(
            viewer,
            `query ($id: ID!, $cursor: String) { collection(id: $id) {
              documents(${size}: 2, ${from}: $cursor, orderBy: { field: TITLE, direction: ${direction} }) {
                totalCount nodes { title } pageInfo { ${end} ${more} } } } }`,
            { id: collectionId, cursor },
          );
        const page = data.collection.documents;
        expect(page.totalCount).toBe(5);
        walked.push(...page.nodes.map((node) => node.title));
        if (!page.pageInfo[more]) return walked;
        cursor = page.pageInfo[end] as string;
      }
    };
    expect(await walk('ASC', 'first', 'after', 'endCursor', 'hasNextPage')).toEqual(['a', 'b', 'b', 'c', 'd']);
    expect(await walk('DESC', 'first', 'after', 'endCursor', 'hasNextPage')).toEqual(['d', 'c', 'b', 'b', 'a']);
    expect(await walk('ASC', 'last', 'before', 'startCursor', 'hasPreviousPage')).toEqual(['c', 'd', 'b', 'b', 'a']);
  });

  it('orders by the last change and by creation', async () => {
    const viewer = aMember();
    const first = await ingestDocument(subgraph, viewer, { title: 'a' });
    for (const title of ['b', 'c']) await ingestDocument(subgraph, viewer, { title });
    await subgraph.execute(viewer, UPDATE, { input: { id: first.id, expectedRevision: 1, title: 'A' } });
    expect(await titles(viewer, 'first: 9')).toEqual(['A', 'c', 'b']);
    expect(await titles(viewer, 'orderBy: { field: UPDATED_AT, direction: ASC }')).toEqual(['b', 'c', 'A']);
    expect(await titles(viewer, 'orderBy: { field: CREATED_AT, direction: DESC }')).toEqual(['c', 'b', 'A']);
    expect(await titles(viewer, 'orderBy: { field: CREATED_AT, direction: ASC }')).toEqual(['A', 'b', 'c']);
  });

  it('filters by collection, URL, version and title', async () => {
    const viewer = aMember();
    const { collectionId, sourceUrl } = await ingestDocument(subgraph, viewer, { title: 'Hooks 100%', version: '18' });
    await ingestDocument(subgraph, viewer, { collectionId, sourceUrl, title: 'Hooks 100', version: '19' });
    await ingestDocument(subgraph, viewer, { title: 'Other' });
    const by = (filter: string) => titles(viewer, `filter: { ${filter} }, orderBy: { field: TITLE, direction: ASC }`);
    expect(await by(`collectionId: "${collectionId.toUpperCase()}"`)).toEqual(['Hooks 100', 'Hooks 100%']);
    expect(await by(`sourceUrl: "${sourceUrl}"`)).toEqual(['Hooks 100', 'Hooks 100%']);
    expect(await by(`sourceUrl: "${sourceUrl}", version: "18"`)).toEqual(['Hooks 100%']);
    expect(await by('titleContains: "hooks 100%"')).toEqual(['Hooks 100%']);
    expect(await by(`collectionId: "${uuidv7()}"`)).toEqual([]);
    const { errors } = await subgraph.execute(viewer, graphql('{ documents(filter: { collectionId: "1" }) { totalCount } }'));
    expect(errors?.[0]?.extensions.code).toBe('BAD_USER_INPUT');
  });
});

describe('tenancy', () => {
  it('hides it from another organization: by id, in a page, as an entity, and to change or delete', async () => {
    const owner = aMember();
    const { id } = await ingestDocument(subgraph, owner, { title: 'canary' });
    const stranger = aMember();
    const own = await ingestDocument(subgraph, stranger, { title: 'own' });
    const { data } = await subgraph.execute(
      stranger,
      graphql(`
        query ($id: ID!, $of: [_Any!]!) {
          document(id: $id) {
            title
          }
          documents {
            totalCount
          }
          _entities(representations: $of) {
            ... on Document {
              title
            }
          }
        }
      `),
      { id, of: [id, own.id, uuidv7()].map((entity) => ({ __typename: 'Document', id: entity })) },
    );
    expect(data).toEqual({ document: null, documents: { totalCount: 1 }, _entities: [null, { title: 'own' }, null] });
    const update = await subgraph.execute(stranger, UPDATE, { input: { id, expectedRevision: 1, title: 'x' } });
    expect(update.data.documentUpdate).toMatchObject({ document: null, userErrors: [{ code: 'NOT_FOUND' }] });
    const deletion = await subgraph.execute(stranger, DELETE, { input: { id } });
    expect(deletion.data.documentDelete).toMatchObject({ deleted: null, userErrors: [{ code: 'NOT_FOUND' }] });
    expect(await titles(owner, 'first: 1')).toEqual(['canary']);
  });

  it('returns UNAUTHENTICATED to an anonymous viewer and BAD_USER_INPUT for a malformed id', async () => {
    expect((await subgraph.execute(null, graphql('{ documents { nodes { id } } }'))).errors?.[0]?.extensions.code).toBe('UNAUTHENTICATED');
    expect((await subgraph.execute(aMember(), graphql('{ document(id: "1") { id } }'))).errors?.[0]?.extensions.code).toBe(
      'BAD_USER_INPUT',
    );
  });
});
