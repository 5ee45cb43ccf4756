import type { UserError } from '../../shared/errors/user-error.js';
import { idempotencyKeyProblems } from '../../shared/idempotency/idempotency.js';
import { idProblems } from '../../shared/input/id.js';
import { entryProblems } from '../catalogue/catalogue.rules.js';
import type { IndustryCreateInput, IndustryUpdateInput } from '../generated/graphql.js';

export const createProblems = (input: IndustryCreateInput): UserError[] => [
  ...entryProblems(input),
  ...idempotencyKeyProblems(input.idempotencyKey),
];

export const updateProblems = (input: IndustryUpdateInput): UserError[] => [
  ...idProblems(['input', 'id'], input.id),
  ...entryProblems(input),
];
