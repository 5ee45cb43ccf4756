import { loadCatalogue } from './loaders/catalogue.js';
import { loadDocuments } from './loaders/documents.js';
import { loadCorpora } from './loaders/corpora.js';
import { loadExperiments } from './loaders/experiments.js';
import { loadAnalysis } from './loaders/analysis.js';
import type { GraphClient } from './graph-client.js';

/**
 * Loads the samples into the organization of the client through the GraphQL API, so that all its validation applies.
 * Mutations carry idempotency keys (or codes, in the catalogue), so that an interrupted load can be repeated.
 */
export async function loadSamples(graph: GraphClient): Promise<void> {
  const useCases = await loadCatalogue(graph);
  await loadDocuments(graph, useCases);
  await loadCorpora(graph, useCases);
  const datasets = await loadExperiments(graph);
  await loadAnalysis(graph, datasets.penguins!);
}
