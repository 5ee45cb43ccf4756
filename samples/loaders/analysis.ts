import { readFileSync } from 'node:fs';
import type { GraphClient } from '../graph-client.js';
import { create } from './create.js';

const TITLE = 'How heavy are the penguins?';
const QUESTION = 'What is the mean body mass of each species?';

interface MeanMass {
  species: string;
  count: number;
  meanMassG: number;
}

/** Creates a chat session about the penguins. Its file refers to the dataset, and its results are computed from the rows. */
export async function loadAnalysis(graph: GraphClient, datasetId: string): Promise<void> {
  const { chatSessions } = await graph.run(
    'query ($title: String!) { chatSessions(filter: { titleContains: $title }) { nodes { results { totalCount } } } }',
    { title: TITLE },
  );
  if (chatSessions.nodes.some(({ results }: { results: { totalCount: number } }) => results.totalCount > 0)) return;

  const text = readFileSync(new URL('../data/penguins.csv', import.meta.url), 'utf8');
  const masses = meanMasses(text);
  await loadWorkspace(graph, datasetId, masses);
  const sessionId = await create(graph, 'chatSession', {
    title: TITLE,
    isShared: true,
    tags: ['penguins', 'statistics'],
    idempotencyKey: 'sample-session',
  });
  const fileId = await create(graph, 'chatFile', {
    sessionId,
    filename: 'penguins.csv',
    mimeType: 'text/csv',
    text,
    idempotencyKey: 'sample-chat-file',
  });
  await graph.run('mutation ($input: ChatFileUpdateInput!) { chatFileUpdate(input: $input) { userErrors { field message } } }', {
    input: { id: fileId, datasetId },
  });
  const turnId = await recordTurn(graph, sessionId, masses);
  await create(graph, 'analysisResult', {
    sessionId,
    fileId,
    turnId,
    analysisType: 'STATISTICAL',
    result: { groupBy: 'species', column: 'body_mass_g', groups: masses },
    charts: [barChart(masses)],
    idempotencyKey: 'sample-result',
  });
}

/** Saves the same results as a workspace of the dataset. */
async function loadWorkspace(graph: GraphClient, datasetId: string, masses: readonly MeanMass[]): Promise<void> {
  const chatHistory = [
    { role: 'USER', content: QUESTION },
    { role: 'ASSISTANT', content: sentences(masses) },
  ];
  await create(graph, 'workspace', {
    datasetId,
    name: TITLE,
    analysisData: { groups: masses },
    chatHistory,
    idempotencyKey: 'sample-workspace',
  });
}

async function recordTurn(graph: GraphClient, sessionId: string, masses: readonly MeanMass[]): Promise<string> {
  const start = { sessionId, userMessage: QUESTION, idempotencyKey: 'sample-turn' };
  const { chatTurnStart } = await graph.run(
    'mutation ($input: ChatTurnStartInput!) { chatTurnStart(input: $input) { chatTurn { id status } userErrors { field message } } }',
    { input: start },
  );
  const { id, status } = chatTurnStart.chatTurn;
  if (status !== 'PENDING') return id;
  const agentResponse = sentences(masses);
  await graph.run('mutation ($input: ChatTurnFinishInput!) { chatTurnFinish(input: $input) { userErrors { field message } } }', {
    input: { id, outcome: 'COMPLETED', agentResponse, agentType: 'STATISTICAL_ANALYSIS', context: { operations: ['groupBy', 'mean'] } },
  });
  return id;
}

const sentences = (masses: readonly MeanMass[]): string =>
  masses.map(({ species, count, meanMassG }) => `${species}: ${meanMassG} g on average over ${count} birds.`).join(' ');

/** Returns the mean body mass per species, in grams. Birds without a body mass are left out. */
function meanMasses(csv: string): MeanMass[] {
  const [header, ...lines] = csv
    .trim()
    .split('\n')
    .map((line) => line.split(','));
  const [species, mass] = ['species', 'body_mass_g'].map((name) => header!.indexOf(name)) as [number, number];
  const bySpecies = new Map<string, number[]>();
  for (const cells of lines.filter((line) => line[mass] !== ''))
    bySpecies.set(cells[species]!, [...(bySpecies.get(cells[species]!) ?? []), Number(cells[mass])]);
  return [...bySpecies].map(([name, values]) => ({
    species: name,
    count: values.length,
    meanMassG: Math.round(values.reduce((sum, value) => sum + value, 0) / values.length),
  }));
}

const barChart = (masses: readonly MeanMass[]) => ({
  $schema: 'https://vega.github.io/schema/vega-lite/v6.json',
  title: 'Mean body mass by species',
  data: { values: masses },
  mark: 'bar',
  encoding: { x: { field: 'species', type: 'nominal' }, y: { field: 'meanMassG', type: 'quantitative', title: 'mean body mass (g)' } },
});
