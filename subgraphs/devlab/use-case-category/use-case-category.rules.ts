import type { UserError } from '../../shared/errors/user-error.js';
import { idempotencyKeyProblems } from '../../shared/idempotency/idempotency.js';
import { idProblems } from '../../shared/input/id.js';
import { entryProblems } from '../catalogue/catalogue.rules.js';
import type { UseCaseCategoryCreateInput, UseCaseCategoryUpdateInput } from '../generated/graphql.js';

export const createProblems = (input: UseCaseCategoryCreateInput): UserError[] => [
  ...entryProblems(input),
  ...displayOrderProblems(input.displayOrder),
  ...idempotencyKeyProblems(input.idempotencyKey),
];

export const updateProblems = (input: UseCaseCategoryUpdateInput): UserError[] => [
  ...idProblems(['input', 'id'], input.id),
  ...entryProblems(input),
  ...displayOrderProblems(input.displayOrder),
];

const displayOrderProblems = (displayOrder: number | null | undefined): UserError[] =>
  displayOrder == null || displayOrder >= 0
    ? []
    : [{ code: 'INVALID', field: ['input', 'displayOrder'], message: `displayOrder must not be negative; got ${displayOrder}.` }];
