import type { UserError } from '../../shared/errors/user-error.js';
import { idempotencyKeyProblems } from '../../shared/idempotency/idempotency.js';
import { idProblems } from '../../shared/input/id.js';
import { textProblems } from '../../shared/input/text.js';
import { entryProblems } from '../catalogue/catalogue.rules.js';
import type { DiscoveryToolCreateInput, DiscoveryToolUpdateInput } from '../generated/graphql.js';

export const createProblems = (input: DiscoveryToolCreateInput): UserError[] => [
  ...commonProblems(input),
  ...idempotencyKeyProblems(input.idempotencyKey),
];

export const updateProblems = (input: DiscoveryToolUpdateInput): UserError[] => [
  ...idProblems(['input', 'id'], input.id),
  ...commonProblems(input),
];

const commonProblems = (input: Omit<DiscoveryToolUpdateInput, 'id'>): UserError[] => [
  ...entryProblems(input),
  ...textProblems(['input', 'category'], input.category, { max: 100 }),
  ...textProblems(['input', 'surpriseType'], input.surpriseType, { max: 100 }),
  ...textProblems(['input', 'modelPromptTemplate'], input.modelPromptTemplate, { max: 20_000 }),
];
