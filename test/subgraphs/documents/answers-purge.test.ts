import { jest } from '@jest/globals';
import { documents } from '../../../subgraphs/documents/subgraph.js';
import type { Viewer } from '../../../subgraphs/shared/viewer/viewer.js';
import { graphql } from '../../kit/documents/documents.js';
import type { Connection } from '../../kit/documents/response.js';
import { runSubgraph, type RunningSubgraph } from '../../kit/subgraph.js';
import { aMember, anAdmin } from '../../kit/viewers.js';
import { ingestDocument, rateAnswer, recordAnswer } from './arrange.js';

let subgraph: RunningSubgraph;
beforeAll(async () => void (subgraph = await runSubgraph(documents())));
afterEach(() => void jest.restoreAllMocks());
afterAll(() => subgraph.close());

const PURGE = graphql(`
  mutation ($input: AnswersPurgeInput!) {
    answersPurge(input: $input) {
      purge {
        deletedCount
        keptRatedCount
      }
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

/** Advances the clock that determines the age of answers; recorded times still come from the real clock. */
const daysPass = (days: number) => {
  const real = Date.now.bind(Date);
  jest.spyOn(Date, 'now').mockImplementation(() => real() + days * 86_400_000);
};

describe('purging answers', () => {
  it('deletes only unrated answers that are older than the given days', async () => {
    const admin = anAdmin();
    const { chunkIds } = await ingestDocument(subgraph, admin);
    for (const text of ['old', 'older']) await recordAnswer(subgraph, admin, { text, citations: [{ chunkId: chunkIds[0]! }] });
    await rateAnswer(subgraph, admin, await recordAnswer(subgraph, admin, { text: 'rated' }), 'NOT_HELPFUL');
    const stranger = anAdmin();
    await recordAnswer(subgraph, stranger, { text: 'elsewhere' });
    const purge = async (input: object) => (await subgraph.execute(admin, PURGE, { input })).data.answersPurge;
    expect(await purge({ olderThanDays: 1 })).toEqual({ purge: { deletedCount: 0, keptRatedCount: 0 }, userErrors: [] });
    daysPass(31);
    expect(await purge({ olderThanDays: 32 })).toEqual({ purge: { deletedCount: 0, keptRatedCount: 0 }, userErrors: [] });
    expect(await purge({ dryRun: true })).toEqual({ purge: { deletedCount: 2, keptRatedCount: 1 }, userErrors: [] });
    expect(await totalCount(admin)).toBe(3);
    expect(await purge({})).toEqual({ purge: { deletedCount: 2, keptRatedCount: 1 }, userErrors: [] });
    expect(await texts(admin, 'first: 10')).toEqual(['rated']);
    expect(await totalCount(stranger)).toBe(1);
  });

  it('never deletes an answer that is rated concurrently', async () => {
    const admin = anAdmin();
    const ids = [];
    for (let index = 0; index < 10; index += 1) ids.push(await recordAnswer(subgraph, admin));
    daysPass(31);
    const rating = ids.map((answerId) =>
      subgraph.execute(
        admin,
        graphql(`
          mutation ($answerId: ID!) {
            answerFeedbackSet(input: { answerId: $answerId, rating: HELPFUL }) {
              answerFeedback {
                id
              }
              userErrors {
                code
              }
            }
          }
        `),
        { answerId },
      ),
    );
    const purging = Array.from({ length: 3 }, () => subgraph.execute(admin, PURGE, { input: {} }));
    const rated = (await Promise.all(rating)).filter(({ data }) => data.answerFeedbackSet.answerFeedback).length;
    const purges = await Promise.all(purging);
    expect(purges.flatMap(({ errors = [] }) => errors)).toEqual([]);
    expect((await subgraph.execute(admin, graphql('{ answers(filter: { isRated: true }) { totalCount } }'))).data.answers.totalCount).toBe(
      rated,
    );
  });

  it.each([[0], [-1], [36_501]])('refuses %i days', async (olderThanDays) => {
    const { data } = await subgraph.execute(anAdmin(), PURGE, { input: { olderThanDays } });
    expect(data.answersPurge).toMatchObject({ purge: null, userErrors: [{ code: 'INVALID', field: ['input', 'olderThanDays'] }] });
  });

  it('is allowed for administrators only, also as a dry run', async () => {
    const viewer = aMember();
    await recordAnswer(subgraph, viewer);
    daysPass(31);
    for (const dryRun of [true, false]) {
      const { data } = await subgraph.execute(viewer, PURGE, { input: { dryRun } });
      expect(data.answersPurge).toMatchObject({ purge: null, userErrors: [{ code: 'FORBIDDEN', field: null }] });
    }
    expect(await totalCount(viewer)).toBe(1);
  });
});
