import type { UserError } from '../../shared/errors/user-error.js';
import { idempotencyKeyProblems } from '../../shared/idempotency/idempotency.js';
import { idProblems } from '../../shared/input/id.js';
import { objectProblems } from '../../shared/input/json.js';
import { textProblems } from '../../shared/input/text.js';
import type { ChatTurnFinishInput, ChatTurnStartInput } from '../generated/graphql.js';

const MAX_MESSAGE_LENGTH = 100_000;
/** Chosen to fit in a request of 256 KiB, the limit of the gateway. */
const MAX_RESPONSE_LENGTH = 200_000;
const MAX_ERROR_LENGTH = 10_000;

export const startProblems = (input: ChatTurnStartInput): UserError[] => [
  ...idProblems(['input', 'sessionId'], input.sessionId),
  ...textProblems(['input', 'userMessage'], input.userMessage, { max: MAX_MESSAGE_LENGTH }),
  ...idempotencyKeyProblems(input.idempotencyKey),
];

export function finishProblems({ id, outcome, agentResponse, context, error }: ChatTurnFinishInput): UserError[] {
  const problems = [
    ...idProblems(['input', 'id'], id),
    ...textProblems(['input', 'agentResponse'], agentResponse, { max: MAX_RESPONSE_LENGTH, mayBeBlank: outcome !== 'COMPLETED' }),
    ...objectProblems(['input', 'context'], context),
    ...textProblems(['input', 'error'], error, { max: MAX_ERROR_LENGTH }),
  ];
  if (outcome === 'COMPLETED' && agentResponse == null)
    problems.push({ code: 'BLANK', field: ['input', 'agentResponse'], message: 'agentResponse is required with the outcome COMPLETED.' });
  if (outcome === 'FAILED' && error == null)
    problems.push({
      code: 'BLANK',
      field: ['input', 'error'],
      message: 'error is required with the outcome FAILED. Give the reason why the turn failed.',
    });
  if (outcome !== 'FAILED' && error != null)
    problems.push({
      code: 'INVALID',
      field: ['input', 'error'],
      message: `error is only allowed with the outcome FAILED; got ${outcome}. Leave it out.`,
    });
  return problems;
}
