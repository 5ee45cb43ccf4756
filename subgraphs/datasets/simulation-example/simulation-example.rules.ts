import { objectProblems } from '../../shared/input/json.js';
import { textProblems } from '../../shared/input/text.js';
import type { SimulationExampleUpdateInput } from '../generated/graphql.js';
import { listProblems, type ExampleRules } from '../training-example/training-example.rules.js';

/** The content of a simulation example: the fields that are not columns of the table. */
export interface SimulationExampleContent {
  inputData: object;
  expectedOutput: object;
  pipelineSteps: string[];
  businessImpact: string | null;
}

export const simulationExample: ExampleRules<SimulationExampleUpdateInput> = {
  kind: 'SIMULATION',
  entity: 'simulationExample',
  problems: ({ solutionId, scenarioId, inputData, expectedOutput, pipelineSteps, businessImpact }) => [
    ...textProblems(['input', 'solutionId'], solutionId, { max: 200 }),
    ...textProblems(['input', 'scenarioId'], scenarioId, { max: 200 }),
    ...objectProblems(['input', 'inputData'], inputData),
    ...objectProblems(['input', 'expectedOutput'], expectedOutput),
    ...listProblems(['input', 'pipelineSteps'], pipelineSteps),
    ...textProblems(['input', 'businessImpact'], businessImpact, { max: 10_000 }),
  ],
  fieldsAfter: ({ solutionId, scenarioId, inputData, expectedOutput, pipelineSteps, businessImpact }, before) => ({
    solutionId: solutionId ?? before.solutionId,
    scenarioId: scenarioId ?? before.scenarioId,
    inputData: inputData ?? before.inputData,
    expectedOutput: expectedOutput ?? before.expectedOutput,
    pipelineSteps: pipelineSteps ?? before.pipelineSteps ?? [],
    businessImpact: businessImpact ?? before.businessImpact ?? null,
  }),
};
