import { quote, type UserError } from '../../shared/errors/user-error.js';
import { idempotencyKeyProblems } from '../../shared/idempotency/idempotency.js';
import { idProblems } from '../../shared/input/id.js';
import { objectProblems } from '../../shared/input/json.js';
import { textProblems } from '../../shared/input/text.js';
import type { ProjectCreateInput, ProjectUpdateInput } from '../generated/graphql.js';

const ENVIRONMENT = ['input', 'environment'];
const MAX_VARIABLES = 100;
const MAX_VARIABLE_LENGTH = 10_000;
const VARIABLE_NAME = /^[A-Za-z_]\w{0,199}$/;

export const createProblems = (input: ProjectCreateInput): UserError[] => [
  ...commonProblems(input),
  ...idempotencyKeyProblems(input.idempotencyKey),
];

export const updateProblems = (input: ProjectUpdateInput): UserError[] => [
  ...idProblems(['input', 'id'], input.id),
  ...commonProblems(input),
];

const commonProblems = ({ name, description, environment, metadata }: Partial<ProjectUpdateInput>): UserError[] => [
  ...textProblems(['input', 'name'], name, { max: 200 }),
  ...textProblems(['input', 'description'], description, { max: 5_000, mayBeBlank: true }),
  ...environmentProblems(environment),
  ...objectProblems(['input', 'metadata'], metadata),
];

/** Returns the problems of environment variables, given as an object of names to values. */
export function environmentProblems(environment: unknown): UserError[] {
  const problems = objectProblems(ENVIRONMENT, environment);
  if (environment == null || problems.length > 0) return problems;
  const variables = Object.entries(environment);
  if (variables.length > MAX_VARIABLES)
    return [
      {
        code: 'TOO_LONG',
        field: ENVIRONMENT,
        message: `environment must have at most ${MAX_VARIABLES} variables; got ${variables.length}.`,
      },
    ];
  return variables.flatMap(([name, value]) => variableProblems(name, value));
}

function variableProblems(name: string, value: unknown): UserError[] {
  const field = [...ENVIRONMENT, name];
  const invalid = (message: string): UserError[] => [{ code: 'INVALID', field, message }];
  if (!VARIABLE_NAME.test(name))
    return invalid(
      `A variable name must have 1 to 200 letters, digits and underscores, and must not begin with a digit; got ${quote(name)}.`,
    );
  if (typeof value !== 'string') return invalid(`The value of the variable ${quote(name)} must be a string.`);
  if (/[\0\p{Surrogate}]/u.test(value))
    return invalid(`The value of the variable ${quote(name)} must not contain NUL characters or unpaired surrogates.`);
  return textProblems(field, value, { max: MAX_VARIABLE_LENGTH, mayBeBlank: true });
}
