import { v7 as uuidv7 } from 'uuid';
import { documents } from '../../../subgraphs/documents/subgraph.js';
import type { Viewer } from '../../../subgraphs/shared/viewer/viewer.js';
import { graphql } from '../../kit/documents/documents.js';
import type { Connection, GraphQLResponse } from '../../kit/documents/response.js';
import { runSubgraph, type RunningSubgraph } from '../../kit/subgraph.js';
import { aMember, anAdmin } from '../../kit/viewers.js';
import { ingestDocument, rateAnswer, recordAnswer } from './arrange.js';

let subgraph: RunningSubgraph;
beforeAll(async () => void (subgraph = await runSubgraph(documents())));
afterAll(() => subgraph.close());

const CITE = graphql(`
  mutation ($input: AnswerRecordInput!) {
    answerRecord(input: $input) {
      answer {
        id
      }
      userErrors {
        code
        field
      }
    }
  }
`);
const DELETE = graphql(`
  mutation ($input: AnswerDeleteInput!) {
    answerDelete(input: $input) {
      deletedId
      userErrors {
        code
        field
        message
      }
    }
  }
`);

const texts = async (viewer: Viewer, args: string): Promise<string[]> =>
  (
    await subgraph.execute<{ answers: Connection<{ text: string }> }>(viewer, `{ answers(${args}) { nodes { text } } }`)
  ).data.answers.nodes.map((node) => node.text);

const totalCount = async (viewer: Viewer): Promise<number> =>
  (await subgraph.execute(viewer, graphql('{ answers { totalCount } }'))).data.answers.totalCount;

describe('listing answers', () => {
  it('pages through a session, newest first', async () => {
    const viewer = aMember();
    const sessionId = uuidv7();
    for (const text of ['1', '2', '3', '4', '5']) await recordAnswer(subgraph, viewer, { sessionId, text });
    await recordAnswer(subgraph, viewer, { text: 'another session' });
    expect(await texts(viewer, `filter: { sessionId: "${sessionId}" }, first: 10`)).toEqual(['5', '4', '3', '2', '1']);
    const walk = async (
      size: string,
      from: string,
      end: 'startCursor' | 'endCursor',
      more: 'hasPreviousPage' | 'hasNextPage',
      direction: string,
    ) => {
      const pages: string[][] = [];
      for (let cursor: string | null = null; ;) {
        const { data }: GraphQLResponse<{ answers: Connection<{ text: string }> }> = await subgraph.execute(
          viewer,
          `query ($of: ID!, $cursor: String) {
            answers(filter: { sessionId: $of }, ${size}: 2, ${from}: $cursor, orderBy: { field: CREATED_AT, direction: ${direction} }) {
              nodes { text } pageInfo { ${end} ${more} } } }`,
          { of: sessionId, cursor },
        );
        pages.push(data.answers.nodes.map((node) => node.text));
        if (!data.answers.pageInfo[more]) return pages;
        cursor = data.answers.pageInfo[end];
      }
    };
    expect(await walk('first', 'after', 'endCursor', 'hasNextPage', 'DESC')).toEqual([['5', '4'], ['3', '2'], ['1']]);
    expect(await walk('first', 'after', 'endCursor', 'hasNextPage', 'ASC')).toEqual([['1', '2'], ['3', '4'], ['5']]);
    expect(await walk('last', 'before', 'startCursor', 'hasPreviousPage', 'DESC')).toEqual([['2', '1'], ['4', '3'], ['5']]);
  });

  it('filters by rating, score and time', async () => {
    const viewer = aMember();
    const colleague = aMember(viewer.organizationId);
    const [good, bad, mixed] = [
      await recordAnswer(subgraph, viewer, { text: 'good' }),
      await recordAnswer(subgraph, viewer, { text: 'bad' }),
      await recordAnswer(subgraph, viewer, { text: 'mixed' }),
    ];
    await recordAnswer(subgraph, viewer, { text: 'unrated' });
    await rateAnswer(subgraph, viewer, good);
    await rateAnswer(subgraph, colleague, good);
    await rateAnswer(subgraph, viewer, bad, 'NOT_HELPFUL');
    await rateAnswer(subgraph, viewer, mixed);
    await rateAnswer(subgraph, colleague, mixed, 'NOT_HELPFUL');
    const by = (filter: string) => texts(viewer, `filter: { ${filter} }`);
    expect(await by('isRated: true')).toEqual(['mixed', 'bad', 'good']);
    expect(await by('isRated: false')).toEqual(['unrated']);
    expect(await by('minFeedbackScore: 1')).toEqual(['good']);
    expect(await by('minFeedbackScore: 0')).toEqual(['unrated', 'mixed', 'good']);
    expect(await by('minFeedbackScore: -1, isRated: true')).toEqual(['mixed', 'bad', 'good']);
    expect(await by('maxFeedbackScore: -1')).toEqual(['bad']);
    expect(await by('maxFeedbackScore: 0')).toEqual(['unrated', 'mixed', 'bad']);
    expect(await by('minFeedbackScore: 0, maxFeedbackScore: 0')).toEqual(['unrated', 'mixed']);
    expect(await by('minFeedbackScore: -1, maxFeedbackScore: -1')).toEqual(['bad']);
    expect(await by('minFeedbackScore: 1, maxFeedbackScore: -1')).toEqual([]);
    expect(await by('minFeedbackScore: 3')).toEqual([]);
    expect(await by('createdBefore: "2020-01-01T00:00:00.000Z"')).toEqual([]);
    expect(await by('createdFrom: "2020-01-01T00:00:00.000Z"')).toHaveLength(4);
    const { errors } = await subgraph.execute(viewer, graphql('{ answers(filter: { sessionId: "1" }) { totalCount } }'));
    expect(errors?.[0]?.extensions.code).toBe('BAD_USER_INPUT');
  });

  it.each(['isRated: true', 'isRated: false', 'minFeedbackScore: 1', 'maxFeedbackScore: -1', 'minFeedbackScore: 0'])(
    'reads only the feedback of the organization for %s, with a condition that the database planner can use',
    async (filter) => {
      subgraph.statements.take();
      await subgraph.execute(aMember(), `{ answers(filter: { ${filter} }) { nodes { id } } }`);
      const [statement] = subgraph.statements.take();
      expect(statement).toMatch(/feedback\.org_id = row\.org_id|\(row\.org_id, row\.id\) IN \(SELECT feedback\.org_id/);
      expect(statement).not.toMatch(/EXISTS \([^)]*\) =/);
    },
  );

  it('takes as many statements for many answers as for one', async () => {
    const cost = async (count: number) => {
      const viewer = aMember();
      const { chunkIds } = await ingestDocument(subgraph, viewer, {
        chunks: Array.from({ length: count }, (_, index) => `chunk ${index}`),
      });
      for (const chunkId of chunkIds)
        await rateAnswer(subgraph, viewer, await recordAnswer(subgraph, viewer, { citations: [{ chunkId, quote: 'chunk' }] }));
      subgraph.statements.take();
      const { data, errors } = await subgraph.execute(
        viewer,
        graphql(`
          {
            answers(first: 50) {
              totalCount
              nodes {
                feedbackScore
                user {
                  id
                  answers(first: 1) {
                    totalCount
                  }
                }
                feedback(first: 2) {
                  totalCount
                  nodes {
                    rating
                    author {
                      id
                    }
                    answer {
                      text
                    }
                  }
                }
                citations {
                  quote
                  chunk {
                    content
                    citationCount
                    document {
                      title
                      collection {
                        name
                      }
                    }
                    citedBy(first: 2) {
                      totalCount
                      nodes {
                        text
                        feedbackScore
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
      expect(data.answers.nodes).toHaveLength(count);
      expect(data.answers.nodes[0]).toMatchObject({
        feedbackScore: 1,
        citations: [{ chunk: { citationCount: 1, citedBy: { totalCount: 1, nodes: [{ feedbackScore: 1 }] } } }],
      });
      return subgraph.statements.take();
    };
    const [one, thirty] = [await cost(1), await cost(30)];
    expect(thirty).toHaveLength(one.length);
    expect(thirty.length).toBeLessThanOrEqual(16);
  });
});

describe('deleting an answer', () => {
  it('deletes its citations and feedback, so that the cited chunks can be deleted', async () => {
    const viewer = aMember();
    const { id: documentId, chunkIds } = await ingestDocument(subgraph, viewer);
    const id = await recordAnswer(subgraph, viewer, { citations: [{ chunkId: chunkIds[0]! }] });
    await rateAnswer(subgraph, aMember(viewer.organizationId), id);
    const { data } = await subgraph.execute(viewer, DELETE, { input: { id } });
    expect(data.answerDelete).toEqual({ deletedId: id, userErrors: [] });
    const read = await subgraph.execute(
      viewer,
      graphql(`
        query ($id: ID!, $chunk: ID!) {
          answer(id: $id) {
            id
          }
          documentChunk(id: $chunk) {
            citationCount
            citedBy {
              totalCount
            }
          }
        }
      `),
      { id, chunk: chunkIds[0] },
    );
    expect(read.data).toEqual({ answer: null, documentChunk: { citationCount: 0, citedBy: { totalCount: 0 } } });
    const deletion = await subgraph.execute(
      viewer,
      graphql('mutation ($id: ID!) { documentDelete(input: { id: $id }) { deleted { chunkCount } } }'),
      {
        id: documentId,
      },
    );
    expect(deletion.data.documentDelete.deleted).toEqual({ chunkCount: 2 });
  });

  it('is allowed for its author and for administrators', async () => {
    const viewer = aMember();
    const id = await recordAnswer(subgraph, viewer);
    const colleague = await subgraph.execute(aMember(viewer.organizationId), DELETE, { input: { id } });
    expect(colleague.data.answerDelete).toMatchObject({ deletedId: null, userErrors: [{ code: 'FORBIDDEN', field: ['input', 'id'] }] });
    expect(await totalCount(viewer)).toBe(1);
    const administrator = await subgraph.execute(anAdmin(viewer.organizationId), DELETE, { input: { id } });
    expect(administrator.data.answerDelete).toEqual({ deletedId: id, userErrors: [] });
    expect(await totalCount(viewer)).toBe(0);
  });

  it.each([
    ['a malformed id', 'answer', 'INVALID'],
    ['an unknown id', uuidv7(), 'NOT_FOUND'],
  ])('refuses %s', async (_, id, code) => {
    const { data } = await subgraph.execute(aMember(), DELETE, { input: { id } });
    expect(data.answerDelete).toMatchObject({ deletedId: null, userErrors: [{ code, field: ['input', 'id'] }] });
  });
});

describe('fields on entities of other subgraphs', () => {
  it('returns the answers that a user recorded in the organization', async () => {
    const viewer = aMember();
    const colleague = aMember(viewer.organizationId);
    for (const text of ['1', '2']) await recordAnswer(subgraph, viewer, { text });
    await recordAnswer(subgraph, colleague, { text: '3' });
    await recordAnswer(subgraph, { ...aMember(), userId: viewer.userId }, { text: 'canary' });
    const { data } = await subgraph.execute(
      colleague,
      graphql(`
        query ($of: [_Any!]!) {
          _entities(representations: $of) {
            ... on User {
              id
              answers {
                totalCount
                nodes {
                  text
                  user {
                    id
                  }
                }
              }
            }
          }
        }
      `),
      {
        of: [viewer.userId, uuidv7()].map((id) => ({ __typename: 'User', id })),
      },
    );
    const user = { id: viewer.userId };
    expect(data._entities).toEqual([
      { ...user, answers: { totalCount: 2, nodes: ['2', '1'].map((text) => ({ text, user })) } },
      { id: expect.any(String), answers: { totalCount: 0, nodes: [] } },
    ]);
  });
});

describe('tenancy', () => {
  it('hides it from another organization: by id, in a page, as an entity, and to cite or delete', async () => {
    const owner = aMember();
    const { chunkIds } = await ingestDocument(subgraph, owner);
    const id = await recordAnswer(subgraph, owner, { text: 'canary', citations: [{ chunkId: chunkIds[0]! }] });
    const stranger = anAdmin();
    const own = await recordAnswer(subgraph, stranger, { text: 'own' });
    const { data } = await subgraph.execute(
      stranger,
      graphql(`
        query ($id: ID!, $of: [_Any!]!) {
          answer(id: $id) {
            text
          }
          answers {
            totalCount
          }
          _entities(representations: $of) {
            ... on Answer {
              text
            }
          }
        }
      `),
      { id, of: [id, own, uuidv7()].map((entity) => ({ __typename: 'Answer', id: entity })) },
    );
    expect(data).toEqual({ answer: null, answers: { totalCount: 1 }, _entities: [null, { text: 'own' }, null] });
    const citing = await subgraph.execute(stranger, CITE, {
      input: { sessionId: uuidv7(), question: 'q', text: 't', citations: [{ chunkId: chunkIds[0], quote: 'one' }] },
    });
    expect(citing.data.answerRecord).toMatchObject({
      answer: null,
      userErrors: [{ code: 'NOT_FOUND', field: ['input', 'citations', '0', 'chunkId'] }],
    });
    const deletion = await subgraph.execute(stranger, DELETE, { input: { id } });
    expect(deletion.data.answerDelete).toMatchObject({ deletedId: null, userErrors: [{ code: 'NOT_FOUND' }] });
    expect(await texts(owner, 'first: 10')).toEqual(['canary']);
  });

  it('returns UNAUTHENTICATED to an anonymous viewer and BAD_USER_INPUT for a malformed id', async () => {
    expect((await subgraph.execute(null, graphql('{ answers { nodes { id } } }'))).errors?.[0]?.extensions.code).toBe('UNAUTHENTICATED');
    expect((await subgraph.execute(aMember(), graphql('{ answer(id: "1") { id } }'))).errors?.[0]?.extensions.code).toBe('BAD_USER_INPUT');
  });
});
