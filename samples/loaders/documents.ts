import { readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { useCases } from '../catalogue/index.js';
import type { GraphClient } from '../graph-client.js';
import { chunkMarkdown } from '../chunk-markdown.js';

/** The id of the conversation of the sample answers. */
const SESSION_ID = '019b0000-0000-7000-8000-000000000001';

const COLLECTIONS = [
  { folder: 'Guides', name: 'Fastify guides', description: 'How to do things with the web framework that these servers run on.' },
  { folder: 'Reference', name: 'Fastify reference', description: 'What every part of the web framework that these servers run on does.' },
];

/** Questions, each with the document that answers it and a phrase of the answering sentence. */
const QUESTIONS = [
  { question: 'What does Fastify do when a plugin takes too long to load?', title: 'Server', phrase: 'ERR_AVVIO_PLUGIN_TIMEOUT' },
  { question: 'How do I write a test for a route without opening a port?', title: 'Testing', phrase: 'we will use the `.inject` method' },
  { question: 'Which hook runs first in the life of a request?', title: 'TypeScript', phrase: '`onRequest` is the first hook' },
];

/** Ingests the documentation of the installed `fastify` and the theory of the use cases, and records answers that cite them. */
export async function loadDocuments(graph: GraphClient, useCaseIds: ReadonlyMap<string, string>): Promise<void> {
  const fastify = dirname(createRequire(import.meta.url).resolve('fastify/package.json'));
  const { version } = JSON.parse(readFileSync(join(fastify, 'package.json'), 'utf8')) as { version: string };
  const documentIds = new Map<string, string>();
  for (const { folder, name, description } of COLLECTIONS) {
    const collectionId = await findOrCreateCollection(graph, name, description);
    for (const file of readdirSync(join(fastify, 'docs', folder)).filter((entry) => entry.endsWith('.md'))) {
      const chunks = chunkMarkdown(readFileSync(join(fastify, 'docs', folder, file), 'utf8'));
      if (chunks.length === 0) continue;
      const sourceUrl = `https://github.com/fastify/fastify/blob/v${version}/docs/${folder}/${file}`;
      const title = file.replace('.md', '').replaceAll('-', ' ');
      documentIds.set(title, await ingest(graph, { collectionId, sourceUrl, title, version, chunks }));
    }
  }
  await loadTheory(graph, useCaseIds);
  await loadAnswers(graph, version, documentIds);
}

async function loadTheory(graph: GraphClient, useCaseIds: ReadonlyMap<string, string>): Promise<void> {
  const collectionId = await findOrCreateCollection(graph, 'Use-case theory', 'Why the use cases of the catalogue work.');
  const chunks = useCases.map(({ code, name, theory }) => ({
    title: name,
    content: theory,
    contentType: 'THEORY',
    useCaseId: useCaseIds.get(code),
  }));
  await ingest(graph, { collectionId, sourceUrl: 'https://example.com/catalogue/theory', title: 'Use-case theory', chunks });
}

async function findOrCreateCollection(graph: GraphClient, name: string, description: string): Promise<string> {
  const { collections } = await graph.run(
    'query ($name: String!) { collections(first: 100, filter: { nameContains: $name }) { nodes { id name } } }',
    { name },
  );
  const existing = collections.nodes.find((candidate: { name: string }) => candidate.name === name);
  if (existing) return existing.id;
  const input = { name, description };
  const data = await graph.run(
    'mutation ($input: CollectionCreateInput!) { collectionCreate(input: $input) { collection { id } userErrors { field message } } }',
    { input },
  );
  return data.collectionCreate.collection.id;
}

async function ingest(graph: GraphClient, input: object): Promise<string> {
  const { documentIngest } = await graph.run(
    'mutation ($input: DocumentIngestInput!) { documentIngest(input: $input) { document { id } userErrors { field message } } }',
    { input },
  );
  return documentIngest.document.id;
}

/** Records an answer per question: the sentence with the phrase. The key contains the version, whose text may differ. */
async function loadAnswers(graph: GraphClient, version: string, documentIds: ReadonlyMap<string, string>): Promise<void> {
  for (const [index, { question, title, phrase }] of QUESTIONS.entries()) {
    const { chunkId, quote } = await findPassage(graph, title, documentIds.get(title), phrase);
    const input = {
      question,
      text: quote.replaceAll(/\s+/g, ' '),
      sessionId: SESSION_ID,
      citations: [{ chunkId, quote }],
      idempotencyKey: `sample-answer-${index}-of-${version}`,
    };
    const data = await graph.run(
      'mutation ($input: AnswerRecordInput!) { answerRecord(input: $input) { answer { id } userErrors { field message } } }',
      { input },
    );
    if (index > 0) continue;
    await graph.run(
      `mutation ($id: ID!) {
        answerFeedbackSet(input: { answerId: $id, rating: HELPFUL, comment: "Just what I looked for." }) { userErrors { field message } }
      }`,
      { id: data.answerRecord.answer.id },
    );
  }
}

/** Returns the sentence of a document that contains the phrase, and the id of its chunk. Throws if there is none. */
async function findPassage(graph: GraphClient, title: string, documentId: string | undefined, phrase: string) {
  const { documentChunks } = await graph.run(
    'query ($filter: DocumentChunkFilter!) { documentChunks(first: 1, filter: $filter) { nodes { id content } } }',
    { filter: { documentId, contentContains: phrase } },
  );
  const [chunk] = documentChunks.nodes as { id: string; content: string }[];
  const sentences = chunk?.content.split(/(?<=[.:])\s+(?=[A-Z`[])|\n{2,}/) ?? [];
  const quote = sentences.find((sentence) => sentence.includes(phrase));
  if (!documentId || !chunk || !quote) throw new Error(`The document "${title}" of fastify does not contain the phrase "${phrase}".`);
  return { chunkId: chunk.id, quote };
}
