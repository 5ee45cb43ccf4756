import { v7 as uuidv7 } from 'uuid';
import type { Viewer } from '../../../subgraphs/shared/viewer/viewer.js';
import { graphql } from '../../kit/documents/documents.js';
import type { RunningSubgraph } from '../../kit/subgraph.js';

/** Creates a collection and returns its id. */
export async function createCollection(
  subgraph: RunningSubgraph,
  viewer: Viewer,
  name = `collection ${uuidv7()}`,
  description?: string,
): Promise<string> {
  const { data } = await subgraph.execute(
    viewer,
    graphql(`
      mutation ($input: CollectionCreateInput!) {
        collectionCreate(input: $input) {
          collection {
            id
          }
        }
      }
    `),
    {
      input: { name, description },
    },
  );
  return data.collectionCreate.collection.id;
}

export interface Ingested {
  id: string;
  collectionId: string;
  sourceUrl: string;
  /** The ids of the chunks by index. */
  chunkIds: string[];
}

export type Chunk = string | { content: string; title?: string; contentType?: string; useCaseId?: string; discoveryToolId?: string };

export const chunkInput = (chunk: Chunk) => (typeof chunk === 'string' ? { content: chunk } : chunk);

/** Ingests a document, by default into a new collection. */
export async function ingestDocument(
  subgraph: RunningSubgraph,
  viewer: Viewer,
  {
    chunks = ['one', 'two'],
    ...rest
  }: { collectionId?: string; sourceUrl?: string; title?: string; version?: string | null; metadata?: object; chunks?: Chunk[] } = {},
): Promise<Ingested> {
  const collectionId = rest.collectionId ?? (await createCollection(subgraph, viewer));
  const input = { title: 'Guide', sourceUrl: `https://example.com/${uuidv7()}`, ...rest, collectionId, chunks: chunks.map(chunkInput) };
  const { data } = await subgraph.execute(
    viewer,
    graphql(`
      mutation ($input: DocumentIngestInput!) {
        documentIngest(input: $input) {
          document {
            id
            chunks(first: 100) {
              nodes {
                id
              }
            }
          }
          userErrors {
            field
            message
          }
        }
      }
    `),
    { input },
  );
  const { document } = data.documentIngest;
  return {
    id: document.id,
    collectionId,
    sourceUrl: input.sourceUrl,
    chunkIds: document.chunks.nodes.map((chunk) => chunk.id),
  };
}

export interface Citing {
  chunkId: string;
  quote?: string;
  score?: number;
}

/** Records an answer and returns its id. */
export async function recordAnswer(
  subgraph: RunningSubgraph,
  viewer: Viewer,
  input: { sessionId?: string; question?: string; text?: string; responseTimeMs?: number; citations?: Citing[] } = {},
): Promise<string> {
  const { data } = await subgraph.execute(
    viewer,
    graphql('mutation ($input: AnswerRecordInput!) { answerRecord(input: $input) { answer { id } } }'),
    {
      input: { sessionId: uuidv7(), question: 'Why?', text: 'Because.', ...input },
    },
  );
  return data.answerRecord.answer.id;
}

/** Rates an answer as the viewer. */
export async function rateAnswer(
  subgraph: RunningSubgraph,
  viewer: Viewer,
  answerId: string,
  rating: 'HELPFUL' | 'NOT_HELPFUL' = 'HELPFUL',
): Promise<void> {
  await subgraph.execute(
    viewer,
    graphql(`
      mutation ($input: AnswerFeedbackSetInput!) {
        answerFeedbackSet(input: $input) {
          answerFeedback {
            id
          }
        }
      }
    `),
    {
      input: { answerId, rating },
    },
  );
}
