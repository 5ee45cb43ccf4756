import { quote, type UserError } from '../../shared/errors/user-error.js';
import { idempotencyKeyProblems } from '../../shared/idempotency/idempotency.js';
import { idProblems } from '../../shared/input/id.js';
import { objectProblems } from '../../shared/input/json.js';
import { textProblems } from '../../shared/input/text.js';
import type { ChatSessionCreateInput, ChatSessionUpdateInput } from '../generated/graphql.js';

const MAX_TITLE_LENGTH = 500;
const MAX_TAGS = 50;
const MAX_TAG_LENGTH = 100;

export const createProblems = (input: ChatSessionCreateInput, now: Date): UserError[] => [
  ...commonProblems(input, now),
  ...idempotencyKeyProblems(input.idempotencyKey),
];

export const updateProblems = (input: ChatSessionUpdateInput, now: Date): UserError[] => [
  ...idProblems(['input', 'id'], input.id),
  ...commonProblems(input, now),
];

function commonProblems({ title, tags, metadata, expiresAt }: Partial<ChatSessionUpdateInput>, now: Date): UserError[] {
  return [
    ...textProblems(['input', 'title'], title, { max: MAX_TITLE_LENGTH }),
    ...tagProblems(tags ?? []),
    ...objectProblems(['input', 'metadata'], metadata),
    ...expiryProblems(expiresAt, now),
  ];
}

function tagProblems(tags: readonly string[]): UserError[] {
  const field = ['input', 'tags'];
  const tooMany: UserError[] =
    tags.length > MAX_TAGS ? [{ code: 'TOO_LONG', field, message: `tags must have at most ${MAX_TAGS} items; got ${tags.length}.` }] : [];
  const ofEachTag = tags.flatMap((tag, index) => {
    const problems = textProblems([...field, String(index)], tag, { max: MAX_TAG_LENGTH });
    if (tags.indexOf(tag) < index)
      problems.push({
        code: 'INVALID',
        field: [...field, String(index)],
        message: `The tag ${quote(tag)} is given twice. Give each tag once.`,
      });
    return problems;
  });
  return [...tooMany, ...ofEachTag];
}

function expiryProblems(expiresAt: Date | null | undefined, now: Date): UserError[] {
  if (expiresAt == null || expiresAt > now) return [];
  return [{ code: 'INVALID', field: ['input', 'expiresAt'], message: `expiresAt must be in the future; got ${expiresAt.toISOString()}.` }];
}
