import type { UserError } from '../../shared/errors/user-error.js';
import { idProblems } from '../../shared/input/id.js';
import { textProblems } from '../../shared/input/text.js';

const NAME = /^[a-z0-9]([a-z0-9._-]*[a-z0-9])?$/;

interface AliasInput {
  modelId: string;
  name: string;
  versionId?: string;
}

export function aliasProblems({ modelId, name, versionId }: AliasInput): UserError[] {
  const field = ['input', 'name'];
  const problems = textProblems(field, name, { max: 50 });
  if (problems.length === 0 && !NAME.test(name))
    problems.push({
      code: 'INVALID',
      field,
      message: `name must consist of lower-case letters and digits with ".", "_" and "-" between them; got "${name}".`,
    });
  return [...idProblems(['input', 'modelId'], modelId), ...problems, ...idProblems(['input', 'versionId'], versionId)];
}
