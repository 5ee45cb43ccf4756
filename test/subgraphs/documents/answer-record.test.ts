import { v7 as uuidv7 } from 'uuid';
import { documents } from '../../../subgraphs/documents/subgraph.js';
import type { Viewer } from '../../../subgraphs/shared/viewer/viewer.js';
import { graphql } from '../../kit/documents/documents.js';
import { runSubgraph, type RunningSubgraph } from '../../kit/subgraph.js';
import { aMember } from '../../kit/viewers.js';
import { ingestDocument, recordAnswer } from './arrange.js';

let subgraph: RunningSubgraph;
beforeAll(async () => void (subgraph = await runSubgraph(documents())));
afterAll(() => subgraph.close());

const RECORD = graphql(`
  mutation ($input: AnswerRecordInput!) {
    answerRecord(input: $input) {
      answer {
        id
        sessionId
        question
        text
        responseTimeMs
        user {
          id
        }
        feedbackScore
        feedback {
          totalCount
          nodes {
            id
          }
        }
        createdAt
        citations {
          position
          quote
          score
          chunk {
            id
            content
            document {
              sourceUrl
            }
          }
        }
      }
      userErrors {
        code
        field
        message
      }
    }
  }
`);

const totalCount = async (viewer: Viewer): Promise<number> =>
  (await subgraph.execute(viewer, graphql('{ answers { totalCount } }'))).data.answers.totalCount;

describe('recording an answer', () => {
  it('stores the question, the answer, and the citations in order', async () => {
    const viewer = aMember();
    const { chunkIds, sourceUrl } = await ingestDocument(subgraph, viewer, { chunks: ['The first.', 'Cafe\u0301\r\nand more'] });
    const sessionId = uuidv7();
    const citations = [
      { chunkId: chunkIds[1], quote: 'Cafe\u0301\r\nand', score: -0.5 },
      { chunkId: chunkIds[0], score: 0.25 },
      { chunkId: chunkIds[0]!.toUpperCase(), quote: 'first' },
    ];
    const { data } = await subgraph.execute(viewer, RECORD, {
      input: { sessionId, question: 'Why?', text: 'Because.', responseTimeMs: 0, citations },
    });
    expect(data.answerRecord).toEqual({
      answer: {
        id: expect.any(String),
        sessionId,
        question: 'Why?',
        text: 'Because.',
        responseTimeMs: 0,
        user: { id: viewer.userId },
        feedbackScore: 0,
        feedback: { totalCount: 0, nodes: [] },
        createdAt: expect.any(String),
        citations: [
          {
            position: 1,
            quote: 'Caf\u00e9\nand',
            score: -0.5,
            chunk: { id: chunkIds[1], content: 'Caf\u00e9\nand more', document: { sourceUrl } },
          },
          { position: 2, quote: null, score: 0.25, chunk: { id: chunkIds[0], content: 'The first.', document: { sourceUrl } } },
          { position: 3, quote: 'first', score: null, chunk: { id: chunkIds[0], content: 'The first.', document: { sourceUrl } } },
        ],
      },
      userErrors: [],
    });
  });

  it('requires neither citations nor a response time', async () => {
    const viewer = aMember();
    const { data } = await subgraph.execute(viewer, RECORD, { input: { sessionId: uuidv7(), question: 'Why?', text: 'Nothing says.' } });
    expect(data.answerRecord).toMatchObject({ answer: { responseTimeMs: null, citations: [] }, userErrors: [] });
  });

  it.each([
    ['a malformed session id', { sessionId: 's' }, 'INVALID', ['input', 'sessionId']],
    ['a blank question', { question: ' ' }, 'BLANK', ['input', 'question']],
    ['a long question', { question: 'x'.repeat(10_001) }, 'TOO_LONG', ['input', 'question']],
    ['a blank text', { text: '' }, 'BLANK', ['input', 'text']],
    ['a long text', { text: 'x'.repeat(100_001) }, 'TOO_LONG', ['input', 'text']],
    ['a negative time', { responseTimeMs: -1 }, 'INVALID', ['input', 'responseTimeMs']],
    ['a malformed chunk id', { citations: [{ chunkId: 'c' }] }, 'INVALID', ['input', 'citations', '0', 'chunkId']],
    ['an unknown chunk', { citations: [{ chunkId: uuidv7() }] }, 'NOT_FOUND', ['input', 'citations', '0', 'chunkId']],
    ['a blank quote', { citations: [{ chunkId: uuidv7(), quote: ' ' }] }, 'BLANK', ['input', 'citations', '0', 'quote']],
    ['a long quote', { citations: [{ chunkId: uuidv7(), quote: 'x'.repeat(10_001) }] }, 'TOO_LONG', ['input', 'citations', '0', 'quote']],
    ['too many citations', { citations: Array(101).fill({ chunkId: uuidv7() }) }, 'TOO_LONG', ['input', 'citations']],
    ['a blank idempotency key', { idempotencyKey: '' }, 'BLANK', ['input', 'idempotencyKey']],
  ])('refuses %s and records nothing', async (_, wrong, code, field) => {
    const viewer = aMember();
    const { data } = await subgraph.execute(viewer, RECORD, { input: { sessionId: uuidv7(), question: 'q', text: 't', ...wrong } });
    expect(data.answerRecord).toMatchObject({ answer: null, userErrors: [{ code, field }] });
    expect(await totalCount(viewer)).toBe(0);
  });

  it('refuses quotes that are not in the chunk, and reports every wrong citation', async () => {
    const viewer = aMember();
    const { chunkIds } = await ingestDocument(subgraph, viewer, { chunks: ['Use the hook.'] });
    const chunkId = chunkIds[0]!;
    const citations = [
      { chunkId, quote: 'use the hook' },
      { chunkId, quote: 'Use the hook' },
      { chunkId: uuidv7() },
      { chunkId, quote: 'hook. And' },
    ];
    const { data } = await subgraph.execute(viewer, RECORD, { input: { sessionId: uuidv7(), question: 'q', text: 't', citations } });
    expect(data.answerRecord).toMatchObject({
      answer: null,
      userErrors: [
        { code: 'INVALID', field: ['input', 'citations', '0', 'quote'] },
        { code: 'NOT_FOUND', field: ['input', 'citations', '2', 'chunkId'] },
        { code: 'INVALID', field: ['input', 'citations', '3', 'quote'] },
      ],
    });
    expect(await totalCount(viewer)).toBe(0);
  });

  it('refuses a score that is not finite', async () => {
    const viewer = aMember();
    const { chunkIds } = await ingestDocument(subgraph, viewer);
    const { data } = await subgraph.execute(
      viewer,
      graphql(`
        mutation ($id: ID!) {
          answerRecord(input: { sessionId: $id, question: "q", text: "t", citations: [{ chunkId: $id, score: 1e999 }] }) {
            answer {
              id
            }
            userErrors {
              code
              field
            }
          }
        }
      `),
      { id: chunkIds[0] },
    );
    expect(data.answerRecord).toEqual({ answer: null, userErrors: [{ code: 'INVALID', field: ['input', 'citations', '0', 'score'] }] });
  });

  it('returns the first answer for a repeated idempotency key, and refuses a different input', async () => {
    const viewer = aMember();
    const { chunkIds } = await ingestDocument(subgraph, viewer);
    const input = { sessionId: uuidv7(), question: 'q', text: 't', citations: [{ chunkId: chunkIds[0] }], idempotencyKey: 'k' };
    const answers = await Promise.all(Array.from({ length: 10 }, () => subgraph.execute(viewer, RECORD, { input })));
    expect(new Set(answers.map(({ data }) => data.answerRecord.answer.id)).size).toBe(1);
    expect(await totalCount(viewer)).toBe(1);
    const other = await subgraph.execute(viewer, RECORD, { input: { ...input, text: 'another' } });
    expect(other.data.answerRecord).toMatchObject({ answer: null, userErrors: [{ code: 'CONFLICT', field: ['input', 'idempotencyKey'] }] });
  });

  it('returns the first answer for a repeated idempotency key, also after the quoted chunk has changed', async () => {
    const viewer = aMember();
    const { collectionId, sourceUrl, chunkIds } = await ingestDocument(subgraph, viewer, { chunks: ['old words'] });
    const input = {
      sessionId: uuidv7(),
      question: 'q',
      text: 't',
      citations: [{ chunkId: chunkIds[0], quote: 'old' }],
      idempotencyKey: 'k',
    };
    const first = await subgraph.execute(viewer, RECORD, { input });
    await ingestDocument(subgraph, viewer, { collectionId, sourceUrl, chunks: ['new words'] });
    const retry = await subgraph.execute(viewer, RECORD, { input });
    expect(retry.data.answerRecord).toMatchObject({
      answer: { id: first.data.answerRecord.answer.id, citations: [{ quote: 'old', chunk: { content: 'new words' } }] },
      userErrors: [],
    });
    const anew = await subgraph.execute(viewer, RECORD, { input: { ...input, idempotencyKey: 'l' } });
    expect(anew.data.answerRecord).toMatchObject({ answer: null, userErrors: [{ code: 'INVALID' }] });
    expect(await totalCount(viewer)).toBe(1);
  });

  it('does not store the idempotency key of a refused request', async () => {
    const viewer = aMember();
    const { collectionId, sourceUrl, chunkIds } = await ingestDocument(subgraph, viewer, { chunks: ['old words'] });
    const input = {
      sessionId: uuidv7(),
      question: 'q',
      text: 't',
      citations: [{ chunkId: chunkIds[0], quote: 'new' }],
      idempotencyKey: 'k',
    };
    expect((await subgraph.execute(viewer, RECORD, { input })).data.answerRecord.answer).toBeNull();
    await ingestDocument(subgraph, viewer, { collectionId, sourceUrl, chunks: ['new words'] });
    expect((await subgraph.execute(viewer, RECORD, { input })).data.answerRecord).toMatchObject({
      answer: { question: 'q' },
      userErrors: [],
    });
  });

  it('keeps a quote after its chunk has changed', async () => {
    const viewer = aMember();
    const { collectionId, sourceUrl, chunkIds } = await ingestDocument(subgraph, viewer, { chunks: ['old words'] });
    const id = await recordAnswer(subgraph, viewer, { citations: [{ chunkId: chunkIds[0]!, quote: 'old words' }] });
    await ingestDocument(subgraph, viewer, { collectionId, sourceUrl, chunks: ['new words'] });
    const { data } = await subgraph.execute(
      viewer,
      graphql('query ($id: ID!) { answer(id: $id) { citations { quote chunk { content } } } }'),
      {
        id,
      },
    );
    expect(data.answer.citations).toEqual([{ quote: 'old words', chunk: { content: 'new words' } }]);
  });
});
