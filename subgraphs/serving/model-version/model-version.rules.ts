import { fieldName, type UserError } from '../../shared/errors/user-error.js';
import { idempotencyKeyProblems } from '../../shared/idempotency/idempotency.js';
import { idProblems } from '../../shared/input/id.js';
import { objectProblems } from '../../shared/input/json.js';
import { textProblems } from '../../shared/input/text.js';
import { schemaProblem } from '../inference/json-schema.js';
import type { ModelVersionCreateInput, ModelVersionStatus, ModelVersionUpdateInput } from '../generated/graphql.js';

/** The default JSON Schema of the inputs and outputs of a version. */
export const ANY_OBJECT = { type: 'object' };

/** The allowed previous statuses of each status. An ARCHIVED version must become DEPRECATED before it can become ACTIVE. */
export const ALLOWED_PREVIOUS_STATUSES: Readonly<Record<ModelVersionStatus, ModelVersionStatus[]>> = {
  ACTIVE: ['ACTIVE', 'DEPRECATED'],
  DEPRECATED: ['ACTIVE', 'DEPRECATED', 'ARCHIVED'],
  ARCHIVED: ['ACTIVE', 'DEPRECATED', 'ARCHIVED'],
};

const labelProblems = (label: string | null | undefined): UserError[] => textProblems(['input', 'label'], label, { max: 100 });

export function createProblems(input: ModelVersionCreateInput): UserError[] {
  const problems = [
    ...idProblems(['input', 'modelId'], input.modelId),
    ...labelProblems(input.label),
    ...textProblems(['input', 'baseModel'], input.baseModel, { max: 200 }),
    ...idProblems(['input', 'uploadId'], input.uploadId),
    ...idProblems(['input', 'fileId'], input.fileId),
    ...schemaProblems(['input', 'inputSchema'], input.inputSchema),
    ...schemaProblems(['input', 'outputSchema'], input.outputSchema),
    ...objectProblems(['input', 'metadata'], input.metadata),
    ...idProblems(['input', 'trainingRunId'], input.trainingRunId),
    ...idProblems(['input', 'datasetId'], input.datasetId),
    ...idempotencyKeyProblems(input.idempotencyKey),
  ];
  if (input.trainingStrategy !== 'CUSTOM' && input.baseModel == null) {
    problems.push({ code: 'BLANK', field: ['input', 'baseModel'], message: 'baseModel is required unless trainingStrategy is CUSTOM.' });
  }
  if (input.uploadId != null && input.fileId != null)
    problems.push({ code: 'INVALID', field: ['input', 'fileId'], message: 'Give either uploadId or fileId, not both.' });
  return problems;
}

export const updateProblems = ({ id, label, metadata }: ModelVersionUpdateInput): UserError[] => [
  ...idProblems(['input', 'id'], id),
  ...labelProblems(label),
  ...objectProblems(['input', 'metadata'], metadata),
];

/** Validates a schema. Inputs and outputs are JSON objects, so it must be the JSON Schema of an object. */
function schemaProblems(field: string[], schema: unknown): UserError[] {
  if (schema == null) return [];
  if (objectProblems(field, schema).length > 0 || (schema as { type?: unknown }).type !== 'object')
    return [{ code: 'INVALID', field, message: `${fieldName(field)} must be a JSON Schema with "type": "object".` }];
  const message = schemaProblem(schema);
  return message === null ? [] : [{ code: 'INVALID', field, message }];
}
