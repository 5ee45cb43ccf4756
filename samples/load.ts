import { loadCatalogue } from './loaders/catalogue.js';
import { loadDocuments } from './loaders/documents.js';
import { loadCorpora } from './loaders/corpora.js';
import { loadExperiments } from './loaders/experiments.js';
import { loadAnalysis } from './loaders/analysis.js';
import type { GraphClient } from './graph-client.js';

/**
 * Fills the demo organization through the graph itself, so that every row passed the rules that any client's does.
 * Each create carries an idempotency key (the catalogue: a code): loading that was cut off is taken up where it ended.
 */
export async function loadSamples(graph: GraphClient): Promise<void> {
  const useCases = await loadCatalogue(graph);
  await loadDocuments(graph, useCases);
  await loadCorpora(graph, useCases);
  const datasets = await loadExperiments(graph);
  await loadAnalysis(graph, datasets.penguins!);
}
