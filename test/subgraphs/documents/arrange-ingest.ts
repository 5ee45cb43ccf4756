import type { Viewer } from '../../../subgraphs/shared/viewer/viewer.js';
import { graphql } from '../../kit/documents/documents.js';
import type { RunningSubgraph } from '../../kit/subgraph.js';
import { chunkInput, type Chunk, type Ingested } from './arrange.js';

export const INGEST = graphql(`
  mutation ($input: DocumentIngestInput!) {
    documentIngest(input: $input) {
      document {
        id
        title
        version
        metadata
        revision
        chunkCount
        createdAt
        updatedAt
        chunks(first: 100) {
          nodes {
            id
            chunkIndex
            title
            content
            contentType
            useCase {
              id
            }
            discoveryTool {
              id
            }
            createdAt
            updatedAt
          }
        }
      }
      ingest {
        addedCount
        updatedCount
        skippedCount
        deletedCount
      }
      userErrors {
        code
        field
        message
      }
    }
  }
`);

/** The default source URL of documents. */
export const GUIDE = 'https://example.com/guide';

/** Ingests a document and returns the payload. */
export async function ingest(
  subgraph: RunningSubgraph,
  viewer: Viewer,
  { chunks, ...rest }: { chunks: Chunk[]; [field: string]: unknown },
) {
  const input = { title: 'Guide', sourceUrl: GUIDE, ...rest, chunks: chunks.map(chunkInput) };
  return (await subgraph.execute(viewer, INGEST, { input })).data.documentIngest;
}

/** Returns the input that ingests a document again. */
export const again = ({ collectionId, sourceUrl }: Ingested, chunks: Chunk[], more: object = {}) => ({
  collectionId,
  sourceUrl,
  chunks,
  ...more,
});

export const counts = (addedCount: number, updatedCount: number, skippedCount: number, deletedCount: number) => ({
  addedCount,
  updatedCount,
  skippedCount,
  deletedCount,
});

export const contents = (document: { chunks: { nodes: { content: string }[] } }): string[] =>
  document.chunks.nodes.map((chunk) => chunk.content);

export const totals = async (subgraph: RunningSubgraph, viewer: Viewer) =>
  (await subgraph.execute(viewer, graphql('{ documentStatistics { documentCount chunkCount } }'))).data.documentStatistics;
