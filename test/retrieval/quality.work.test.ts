import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { documents } from '../../subgraphs/documents/subgraph.js';
import type { SearchMode } from '../../subgraphs/documents/generated/graphql.js';
import { graphql } from '../kit/documents/documents.js';
import { runSubgraph, type RunningSubgraph } from '../kit/subgraph.js';
import { aMember } from '../kit/viewers.js';
import { createCollection } from '../subgraphs/documents/arrange.js';

/**
 * A question with the sections that answer it. A hit counts if it is of the source and one of its titles is the section, or begins with it.
 * The questions were written before the ranking was tuned.
 */
interface Question {
  kind: 'exact' | 'symptom' | 'howto' | 'paraphrase' | 'unanswerable';
  corpus: 'fastify' | 'python';
  question: string;
  expected: readonly { source: string; section: string }[];
}

/** The documentation of fastify. Questions on that of Python (Debian's package python3.11-doc) are measured by hand (docs/adr/0029). */
const FOLDER = 'node_modules/fastify/docs';
const questions = JSON.parse(readFileSync(new URL('questions.json', import.meta.url), 'utf8')) as Question[];
const answerable = questions.filter(({ corpus, expected }) => corpus === 'fastify' && expected.length > 0);

const INGEST = graphql(/* GraphQL */ `
  mutation IngestCorpus($input: DocumentIngestInput!) {
    documentIngest(input: $input) {
      userErrors {
        message
      }
    }
  }
`);
const STATUS = graphql(/* GraphQL */ `
  query Unindexed($collectionId: ID!) {
    pending: documents(first: 1, filter: { collectionId: $collectionId, status: PENDING }) {
      totalCount
    }
    indexing: documents(first: 1, filter: { collectionId: $collectionId, status: INDEXING }) {
      totalCount
    }
  }
`);
const SEARCH = graphql(/* GraphQL */ `
  query SearchCorpus($input: SearchInput!) {
    search(input: $input) {
      hits {
        chunk {
          title
          document {
            sourceUrl
          }
        }
      }
    }
  }
`);

const viewer = aMember();
const MODES: readonly SearchMode[] = ['KEYWORD', 'VECTOR', 'HYBRID'];
/** By mode, the rank of the first right hit of each question that has an answer; null if it is not among the first ten. */
const ranks = new Map<SearchMode, { question: Question; rank: number | null }[]>(MODES.map((mode) => [mode, []]));
let subgraph: RunningSubgraph;

beforeAll(async () => {
  subgraph = await runSubgraph(documents());
  const collectionId = await ingestCorpus();
  for (const question of answerable)
    for (const mode of MODES) {
      const input = { query: question.question, mode, topK: 10, filter: { collectionIds: [collectionId] } };
      const { hits } = (await subgraph.execute(viewer, SEARCH, { input })).data!.search!;
      const rank = hits.findIndex(({ chunk }) => isExpected(question, chunk.document.sourceUrl, chunk.title ?? ''));
      ranks.get(mode)!.push({ question, rank: rank < 0 ? null : rank + 1 });
    }
}, 1_200_000);
afterAll(() => subgraph.close());

async function ingestCorpus(): Promise<string> {
  const collectionId = await createCollection(subgraph, viewer);
  for (const file of readdirSync(FOLDER, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.md'))) {
    const text = readFileSync(join(FOLDER, file), 'utf8');
    const input = { collectionId, sourceUrl: `https://docs.example/${file}`, title: file, text };
    await subgraph.execute(viewer, INGEST, { input });
  }
  for (;;) {
    const { data } = await subgraph.execute(viewer, STATUS, { collectionId });
    if (data!.pending!.totalCount! + data!.indexing!.totalCount! === 0) return collectionId;
    await new Promise((resolve) => setTimeout(resolve, 500));
  }
}

const isExpected = ({ expected }: Question, sourceUrl: string, title: string): boolean =>
  expected.some(
    ({ source, section }) =>
      sourceUrl === `https://docs.example/${source}` &&
      title.split(' > ').some((part) => part === section || (section.length > 4 && part.startsWith(section))),
  );

function recall(mode: SearchMode, limit: number, kinds?: readonly Question['kind'][]): number {
  const counted = ranks.get(mode)!.filter(({ question }) => !kinds || kinds.includes(question.kind));
  return counted.filter(({ rank }) => rank !== null && rank <= limit).length / counted.length;
}

it('finds the answers of questions by meaning and words', () => {
  expect(recall('HYBRID', 1)).toBeGreaterThanOrEqual(0.5);
  expect(recall('HYBRID', 3)).toBeGreaterThanOrEqual(0.7);
  expect(recall('HYBRID', 5)).toBeGreaterThanOrEqual(0.78);
  expect(recall('HYBRID', 5, ['exact', 'symptom', 'howto'])).toBeGreaterThanOrEqual(0.92);
  expect(recall('HYBRID', 5, ['paraphrase'])).toBeGreaterThanOrEqual(0.6);
});

it.each(['exact', 'symptom', 'howto', 'paraphrase'] as const)('is as good by both signals as by the better one for the kind %s', (kind) => {
  const better = Math.max(recall('VECTOR', 5, [kind]), recall('KEYWORD', 5, [kind]));
  expect(recall('HYBRID', 5, [kind])).toBeGreaterThanOrEqual(better);
});
