import { readFileSync } from 'node:fs';
import type { GraphClient } from '../graph-client.js';
import { create } from './create.js';

const TITLE = 'How heavy are the penguins?';
const QUESTION = 'What is the mean body mass of each species?';

interface Mass {
  species: string;
  count: number;
  meanMassG: number;
}

/** A conversation about the penguins, its file linked to their dataset, with figures computed from the rows. */
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
  const turnId = await loadTurn(graph, sessionId, masses);
  await create(graph, 'analysisResult', {
    sessionId,
    fileId,
    turnId,
    analysisType: 'STATISTICAL',
    result: { groupBy: 'species', column: 'body_mass_g', groups: masses },
    charts: [chart(masses)],
    idempotencyKey: 'sample-result',
  });
}

/** The same figures as a saved workspace of the dataset. */
async function loadWorkspace(graph: GraphClient, datasetId: string, masses: readonly Mass[]): Promise<void> {
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

async function loadTurn(graph: GraphClient, sessionId: string, masses: readonly Mass[]): Promise<string> {
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

const sentences = (masses: readonly Mass[]): string =>
  masses.map(({ species, count, meanMassG }) => `${species}: ${meanMassG} g on average over ${count} birds.`).join(' ');

/** The mean body mass of each species over the birds that were weighed, in grams. */
function meanMasses(csv: string): Mass[] {
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

const chart = (masses: readonly Mass[]) => ({
  $schema: 'https://vega.github.io/schema/vega-lite/v6.json',
  title: 'Mean body mass by species',
  data: { values: masses },
  mark: 'bar',
  encoding: { x: { field: 'species', type: 'nominal' }, y: { field: 'meanMassG', type: 'quantitative', title: 'mean body mass (g)' } },
});
