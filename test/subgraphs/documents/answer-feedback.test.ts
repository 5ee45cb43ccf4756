import { v7 as uuidv7 } from 'uuid';
import { documents } from '../../../subgraphs/documents/subgraph.js';
import type { Viewer } from '../../../subgraphs/shared/viewer/viewer.js';
import { graphql } from '../../kit/documents/documents.js';
import type { Connection } from '../../kit/documents/response.js';
import { runSubgraph, type RunningSubgraph } from '../../kit/subgraph.js';
import { aMember } from '../../kit/viewers.js';
import { rateAnswer, recordAnswer } from './arrange.js';

let subgraph: RunningSubgraph;
beforeAll(async () => void (subgraph = await runSubgraph(documents())));
afterAll(() => subgraph.close());

const SET = graphql(`
  mutation ($input: AnswerFeedbackSetInput!) {
    answerFeedbackSet(input: $input) {
      answerFeedback {
        id
        rating
        comment
        author {
          id
        }
        answer {
          id
          feedbackScore
          feedback {
            nodes {
              rating
            }
          }
        }
        createdAt
        updatedAt
      }
      userErrors {
        code
        field
        message
      }
    }
  }
`);
const REMOVE = graphql(`
  mutation ($input: AnswerFeedbackRemoveInput!) {
    answerFeedbackRemove(input: $input) {
      deletedId
      userErrors {
        code
        field
        message
      }
    }
  }
`);

const feedbackOf = async (viewer: Viewer, id: string) =>
  (
    await subgraph.execute(
      viewer,
      graphql(`
        query ($id: ID!) {
          answer(id: $id) {
            feedbackScore
            feedback {
              totalCount
              nodes {
                rating
                comment
                author {
                  id
                }
              }
            }
          }
        }
      `),
      { id },
    )
  ).data.answer;

describe('rating an answer', () => {
  it('stores one rating for each author, which a second one replaces', async () => {
    const viewer = aMember();
    const colleague = aMember(viewer.organizationId);
    const answerId = await recordAnswer(subgraph, viewer);
    const first = await subgraph.execute(viewer, SET, { input: { answerId, rating: 'NOT_HELPFUL', comment: 'wrong' } });
    expect(first.data.answerFeedbackSet).toEqual({
      answerFeedback: {
        id: expect.any(String),
        rating: 'NOT_HELPFUL',
        comment: 'wrong',
        author: { id: viewer.userId },
        answer: { id: answerId, feedbackScore: -1, feedback: { nodes: [{ rating: 'NOT_HELPFUL' }] } },
        createdAt: expect.any(String),
        updatedAt: expect.any(String),
      },
      userErrors: [],
    });
    await rateAnswer(subgraph, colleague, answerId);
    const second = await subgraph.execute(viewer, SET, { input: { answerId, rating: 'HELPFUL' } });
    const { id, createdAt } = first.data.answerFeedbackSet.answerFeedback;
    expect(second.data.answerFeedbackSet.answerFeedback).toMatchObject({
      id,
      createdAt,
      rating: 'HELPFUL',
      comment: null,
      answer: { feedbackScore: 2 },
    });
    expect(await feedbackOf(viewer, answerId)).toEqual({
      feedbackScore: 2,
      feedback: {
        totalCount: 2,
        nodes: [
          { rating: 'HELPFUL', comment: null, author: { id: colleague.userId } },
          { rating: 'HELPFUL', comment: null, author: { id: viewer.userId } },
        ],
      },
    });
  });

  it('stores one of ten concurrent ratings of an author', async () => {
    const viewer = aMember();
    const answerId = await recordAnswer(subgraph, viewer);
    const ratings = ['HELPFUL', 'NOT_HELPFUL'];
    const answers = await Promise.all(
      Array.from({ length: 10 }, (_, index) =>
        subgraph.execute(viewer, SET, { input: { answerId, rating: ratings[index % 2], comment: String(index % 2) } }),
      ),
    );
    expect(new Set(answers.map(({ data }) => data.answerFeedbackSet.answerFeedback?.id)).size).toBe(1);
    const { feedback, feedbackScore } = await feedbackOf(viewer, answerId);
    expect(feedback.totalCount).toBe(1);
    const kept = feedback.nodes[0]!;
    expect(kept.rating).toBe(ratings[Number(kept.comment)]);
    expect(feedbackScore).toBe(kept.rating === 'HELPFUL' ? 1 : -1);
  });

  it('returns the new score for each of two ratings in one request', async () => {
    const viewer = aMember();
    const answerId = await recordAnswer(subgraph, viewer);
    const rate = (rating: string) =>
      `answerFeedbackSet(input: { answerId: "${answerId}", rating: ${rating} }) {
        answerFeedback { answer { feedbackScore feedback { nodes { rating } } } } }`;
    const { data } = await subgraph.execute<Record<'one' | 'two', { answerFeedback: { answer: object } }>>(
      viewer,
      `mutation { one: ${rate('HELPFUL')} two: ${rate('NOT_HELPFUL')} }`,
    );
    expect(data.one.answerFeedback.answer).toEqual({ feedbackScore: 1, feedback: { nodes: [{ rating: 'HELPFUL' }] } });
    expect(data.two.answerFeedback.answer).toEqual({ feedbackScore: -1, feedback: { nodes: [{ rating: 'NOT_HELPFUL' }] } });
  });

  it.each([
    ['a malformed answer id', { answerId: '1' }, 'INVALID', ['input', 'answerId']],
    ['an unknown answer', { answerId: uuidv7() }, 'NOT_FOUND', ['input', 'answerId']],
    ['a blank comment', { comment: ' ' }, 'BLANK', ['input', 'comment']],
    ['a long comment', { comment: 'x'.repeat(5001) }, 'TOO_LONG', ['input', 'comment']],
  ])('refuses %s and writes nothing', async (_, wrong, code, field) => {
    const viewer = aMember();
    const answerId = await recordAnswer(subgraph, viewer);
    const { data } = await subgraph.execute(viewer, SET, { input: { answerId, rating: 'HELPFUL', ...wrong } });
    expect(data.answerFeedbackSet).toMatchObject({ answerFeedback: null, userErrors: [{ code, field }] });
    expect(await feedbackOf(viewer, answerId)).toEqual({ feedbackScore: 0, feedback: { totalCount: 0, nodes: [] } });
  });
});

describe('reading the feedback of an answer', () => {
  it('pages through the ratings, forward and backward, and filters by rating', async () => {
    const viewer = aMember();
    const answerId = await recordAnswer(subgraph, viewer);
    const other = await recordAnswer(subgraph, viewer);
    await rateAnswer(subgraph, viewer, other);
    const authors = Array.from({ length: 5 }, () => aMember(viewer.organizationId));
    for (const [index, author] of authors.entries()) await rateAnswer(subgraph, author, answerId, index === 3 ? 'NOT_HELPFUL' : 'HELPFUL');
    const page = async (args: string) => {
      const { data } = await subgraph.execute<{ answer: { feedback: Connection<{ author: { id: string } }> } }>(
        viewer,
        `query ($id: ID!) { answer(id: $id) { feedback(${args}) { totalCount nodes { author { id } }
          pageInfo { startCursor endCursor hasNextPage hasPreviousPage } } } }`,
        { id: answerId },
      );
      const { totalCount, nodes, pageInfo } = data.answer.feedback;
      const places = nodes.map((node) => authors.findIndex(({ userId }) => userId === node.author.id));
      return { totalCount, places, pageInfo };
    };
    const newest = await page('first: 3');
    expect(newest).toMatchObject({ totalCount: 5, places: [4, 3, 2], pageInfo: { hasNextPage: true } });
    expect(await page(`first: 3, after: "${newest.pageInfo.endCursor}"`)).toMatchObject({
      places: [1, 0],
      pageInfo: { hasNextPage: false },
    });
    const inTime = 'orderBy: { field: CREATED_AT, direction: ASC }';
    const last = await page(`last: 2, ${inTime}`);
    expect(last).toMatchObject({ places: [3, 4], pageInfo: { hasPreviousPage: true } });
    expect((await page(`last: 9, ${inTime}, before: "${last.pageInfo.startCursor}"`)).places).toEqual([0, 1, 2]);
    expect(await page('filter: { rating: NOT_HELPFUL }')).toMatchObject({ totalCount: 1, places: [3] });
  });
});

describe('removing a rating', () => {
  it("removes only the viewer's own rating", async () => {
    const viewer = aMember();
    const colleague = aMember(viewer.organizationId);
    const answerId = await recordAnswer(subgraph, viewer);
    for (const author of [viewer, colleague]) await rateAnswer(subgraph, author, answerId);
    const { data } = await subgraph.execute(viewer, REMOVE, { input: { answerId } });
    expect(data.answerFeedbackRemove).toEqual({ deletedId: expect.any(String), userErrors: [] });
    expect(await feedbackOf(viewer, answerId)).toMatchObject({
      feedbackScore: 1,
      feedback: { nodes: [{ author: { id: colleague.userId } }] },
    });
    const again = await subgraph.execute(viewer, REMOVE, { input: { answerId } });
    expect(again.data.answerFeedbackRemove).toMatchObject({
      deletedId: null,
      userErrors: [{ code: 'NOT_FOUND', field: ['input', 'answerId'] }],
    });
  });

  it('refuses a malformed id', async () => {
    const { data } = await subgraph.execute(aMember(), REMOVE, { input: { answerId: '1' } });
    expect(data.answerFeedbackRemove).toMatchObject({ deletedId: null, userErrors: [{ code: 'INVALID', field: ['input', 'answerId'] }] });
  });
});

describe('tenancy', () => {
  it('refuses to rate an answer of another organization', async () => {
    const owner = aMember();
    const answerId = await recordAnswer(subgraph, owner);
    await rateAnswer(subgraph, owner, answerId);
    const stranger = { ...aMember(), userId: owner.userId };
    const set = await subgraph.execute(stranger, SET, { input: { answerId, rating: 'NOT_HELPFUL' } });
    expect(set.data.answerFeedbackSet).toMatchObject({ answerFeedback: null, userErrors: [{ code: 'NOT_FOUND' }] });
    const removal = await subgraph.execute(stranger, REMOVE, { input: { answerId } });
    expect(removal.data.answerFeedbackRemove).toMatchObject({ deletedId: null, userErrors: [{ code: 'NOT_FOUND' }] });
    expect((await feedbackOf(owner, answerId)).feedbackScore).toBe(1);
  });
});
