import type { UserError } from '../../shared/errors/user-error.js';
import { textProblems } from '../../shared/input/text.js';

export const nameProblems = (name: string | null | undefined): UserError[] => textProblems(['input', 'name'], name, { max: 200 });

export const descriptionProblems = (description: string | null | undefined): UserError[] =>
  textProblems(['input', 'description'], description, { max: 2_000 });
