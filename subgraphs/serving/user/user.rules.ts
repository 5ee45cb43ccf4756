import { fieldName, quote, type UserError } from '../../shared/errors/user-error.js';
import { idempotencyKeyProblems } from '../../shared/idempotency/idempotency.js';
import { idProblems } from '../../shared/input/id.js';
import { objectProblems } from '../../shared/input/json.js';
import { textProblems } from '../../shared/input/text.js';
import type { UserCreateInput, UserUpdateInput } from '../generated/graphql.js';
import type { User } from '../generated/prisma/client.js';

const MAX_EMAIL_LENGTH = 254;
const MAX_FULL_NAME_LENGTH = 255;
const MIN_PASSWORD_LENGTH = 12;
/** Bounds the cost of hashing. */
const MAX_PASSWORD_LENGTH = 1000;
/** Accepts one @ between parts without spaces and control characters. Only sending a mail could prove more. */
const EMAIL = /^[^\s@\p{Cc}]+@[^\s@\p{Cc}]+\.[^\s@\p{Cc}]+$/u;
const USERNAME = /^[A-Za-z0-9._-]{2,50}$/;

export const createProblems = (input: UserCreateInput): UserError[] => [
  ...emailProblems(['input', 'email'], input.email),
  ...fullNameProblems(['input', 'fullName'], input.fullName),
  ...usernameProblems(input.username),
  ...passwordProblems(['input', 'password'], input.password),
  ...idempotencyKeyProblems(input.idempotencyKey),
];

export const updateProblems = (input: UserUpdateInput): UserError[] => [
  ...idProblems(['input', 'id'], input.id),
  ...fullNameProblems(['input', 'fullName'], input.fullName),
  ...usernameProblems(input.username),
  ...objectProblems(['input', 'preferences'], input.preferences),
];

export function emailProblems(field: string[], email: string): UserError[] {
  const problems = textProblems(field, email, { max: MAX_EMAIL_LENGTH });
  return problems.length > 0 || EMAIL.test(email)
    ? problems
    : [{ code: 'INVALID', field, message: `${fieldName(field)} must be an email address such as ada@example.com; got ${quote(email)}.` }];
}

export const fullNameProblems = (field: string[], fullName: string | null | undefined): UserError[] =>
  textProblems(field, fullName, { max: MAX_FULL_NAME_LENGTH });

function usernameProblems(username: string | null | undefined): UserError[] {
  if (username == null || USERNAME.test(username)) return [];
  return [
    {
      code: 'INVALID',
      field: ['input', 'username'],
      message: `username must have 2 to 50 characters: letters, digits, dots, hyphens and underscores; got ${quote(username)}.`,
    },
  ];
}

export function passwordProblems(field: string[], password: string): UserError[] {
  const length = [...password].length;
  if (length < MIN_PASSWORD_LENGTH)
    return [
      { code: 'INVALID', field, message: `${fieldName(field)} must have at least ${MIN_PASSWORD_LENGTH} characters; got ${length}.` },
    ];
  return textProblems(field, password, { max: MAX_PASSWORD_LENGTH });
}

/** True if the user is an administrator according to the row, which is newer than the session token. */
export const isAdministrator = ({ isActive, role, isPlatformAdmin }: Pick<User, 'isActive' | 'role' | 'isPlatformAdmin'>): boolean =>
  isActive && (role === 'ADMIN' || isPlatformAdmin);
