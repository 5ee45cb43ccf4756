import { readFileSync } from 'node:fs';
import { useCases } from '../catalogue/index.js';
import type { GraphClient } from '../graph-client.js';
import { create } from './create.js';

/** The number of use cases that the corpus has conversation examples for. */
const USE_CASE_COUNT = 6;
const PROGRAMS = [
  ['csv.js', 'Reads a CSV file and prepares its rows for learning: a split that is the same for every algorithm, and scaled numbers.'],
  ['classify.js', 'Learns to tell the species of penguins, and prints how often it is right about rows that it has not seen.'],
  ['regress.js', 'Learns to predict a number, and prints how far it is off on rows that it has not seen.'],
] as const;
/** The number of buyers at the reference price of 10, and the price elasticity of demand. */
const [BUYERS, ELASTICITY] = [1000, 1.5];

/** Creates a training corpus with examples of all kinds: tips of the catalogue, the sample programs, and demand by price. */
export async function loadCorpora(graph: GraphClient, useCaseIds: ReadonlyMap<string, string>): Promise<void> {
  const selected = useCases.slice(0, USE_CASE_COUNT);
  const corpusId = await create(graph, 'trainingCorpus', {
    name: 'playground-assistant',
    kind: 'GENERAL',
    dataSource: 'The catalogue and the programs of the samples',
    useCaseIds: selected.map(({ code }) => useCaseIds.get(code)!),
    idempotencyKey: 'sample-corpus',
  });
  // The examples contain no personal data.
  const add = (concept: string, key: string | number, example: object) =>
    create(graph, concept, { corpusId, ...example, personalData: 'CLEARED', idempotencyKey: `sample-${concept}-${key}` });
  for (const [index, { code, name, shortDescription, tips, keywords }] of selected.entries())
    await add('conversationExample', code, {
      userQuery: `What should I keep in mind about "${name}"?`,
      aiResponse: [shortDescription, ...tips].join('\n\n'),
      context: { keywords },
      suggestions: [`How does "${selected[(index + 1) % USE_CASE_COUNT]!.name}" work?`],
      useCaseId: useCaseIds.get(code),
      qualityScore: tips.length >= 3 ? 0.9 : 0.7,
    });
  for (const [path, explanation] of PROGRAMS) {
    const code = readFileSync(new URL(`../programs/${path}`, import.meta.url), 'utf8');
    await add('codeExample', path, { code, language: 'javascript', codeType: 'module', explanation, qualityScore: 0.8 });
  }
  for (const price of [8, 10, 12])
    await add('simulationExample', price, {
      solutionId: 'dynamic-pricing',
      scenarioId: `price-${price}`,
      inputData: { price, referencePrice: 10, buyersAtReference: BUYERS, elasticity: ELASTICITY },
      expectedOutput: { buyers: Math.round(BUYERS * (price / 10) ** -ELASTICITY) },
      pipelineSteps: [
        'Divide the price by the reference price',
        'Raise it to minus the elasticity',
        'Multiply by the buyers at the reference price',
      ],
      businessImpact: 'Shows what a change of the price does to demand before anybody pays it.',
    });
}
