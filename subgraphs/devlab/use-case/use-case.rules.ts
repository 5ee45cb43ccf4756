import { quote, type UserError } from '../../shared/errors/user-error.js';
import { idempotencyKeyProblems } from '../../shared/idempotency/idempotency.js';
import { idProblems } from '../../shared/input/id.js';
import { textProblems } from '../../shared/input/text.js';
import { entryProblems } from '../catalogue/catalogue.rules.js';
import type { UseCaseCreateInput, UseCaseUpdateInput } from '../generated/graphql.js';

const ENDPOINT = ['input', 'apiEndpoint'];
const MAX_ENDPOINT_LENGTH = 2_000;
const MAX_LIST_LENGTH = 20;

export const createProblems = (input: UseCaseCreateInput): UserError[] => [
  ...commonProblems(input),
  ...endpointUseProblems(input),
  ...idempotencyKeyProblems(input.idempotencyKey),
];

/** Returns the problems of an update that can be found without reading the use case. */
export const updateProblems = (input: UseCaseUpdateInput): UserError[] => [
  ...idProblems(['input', 'id'], input.id),
  ...commonProblems(input),
];

/** Refuses an endpoint of a use case that is not dynamic. Expects the values after the change. */
export const endpointUseProblems = ({ isDynamic, apiEndpoint }: Pick<UseCaseUpdateInput, 'isDynamic' | 'apiEndpoint'>): UserError[] =>
  apiEndpoint == null || isDynamic
    ? []
    : [
        {
          code: 'INVALID',
          field: ENDPOINT,
          message: 'apiEndpoint is only allowed if isDynamic is true. Set isDynamic to true or leave apiEndpoint out.',
        },
      ];

const commonProblems = (input: Omit<UseCaseUpdateInput, 'id' | 'expectedRevision'>): UserError[] => [
  ...entryProblems(input),
  ...idProblems(['input', 'industryId'], input.industryId),
  ...idProblems(['input', 'categoryId'], input.categoryId),
  ...textProblems(['input', 'shortDescription'], input.shortDescription, { max: 500 }),
  ...textProblems(['input', 'fullDescription'], input.fullDescription, { max: 5_000 }),
  ...listProblems('keywords', input.keywords, { max: 100 }),
  ...listProblems('tips', input.tips, { max: 500 }),
  ...textProblems(['input', 'theory'], input.theory, { max: 20_000 }),
  ...endpointProblems(input.apiEndpoint),
];

function listProblems(name: string, texts: readonly string[] | null | undefined, rule: { max: number }): UserError[] {
  const field = ['input', name];
  if (texts == null) return [];
  if (texts.length > MAX_LIST_LENGTH)
    return [{ code: 'TOO_LONG', field, message: `${name} must have at most ${MAX_LIST_LENGTH} items; got ${texts.length}.` }];
  return texts.flatMap((text, index) => {
    const itemField = [...field, String(index)];
    if (texts.indexOf(text) < index)
      return [{ code: 'INVALID', field: itemField, message: `${quote(text)} is given twice in ${name}. Give each item once.` }];
    return textProblems(itemField, text, rule);
  });
}

/** Refuses URLs that are not https or contain credentials, because the catalogue is public. */
function endpointProblems(endpoint: string | null | undefined): UserError[] {
  if (endpoint == null) return [];
  const problems = textProblems(ENDPOINT, endpoint, { max: MAX_ENDPOINT_LENGTH });
  if (problems.length > 0) return problems;
  const url = URL.canParse(endpoint) ? new URL(endpoint) : null;
  const isEndpoint = /^https:\/\/\S+$/i.test(endpoint) && url !== null && url.username === '' && url.password === '';
  return isEndpoint
    ? []
    : [{ code: 'INVALID', field: ENDPOINT, message: 'apiEndpoint must be an absolute https URL without a username and password.' }];
}
