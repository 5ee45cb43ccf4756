import type { UserError } from '../../shared/errors/user-error.js';
import { idProblems } from '../../shared/input/id.js';
import type { DeploymentTrafficSetInput } from '../generated/graphql.js';

const MAX_VARIANTS = 20;
const FIELD = ['input', 'variants'];

export function trafficProblems({ deploymentId, variants }: DeploymentTrafficSetInput): UserError[] {
  const invalid = (field: string[], message: string): UserError => ({ code: 'INVALID', field, message });
  const problems = idProblems(['input', 'deploymentId'], deploymentId);
  if (variants.length === 0)
    problems.push({ code: 'BLANK', field: FIELD, message: `variants must have 1 to ${MAX_VARIANTS} items; got 0.` });
  if (variants.length > MAX_VARIANTS)
    return [
      ...problems,
      { code: 'TOO_LONG', field: FIELD, message: `variants must have 1 to ${MAX_VARIANTS} items; got ${variants.length}.` },
    ];
  const versionIds = new Set<string>();
  variants.forEach(({ versionId, percent }, index) => {
    const itemField = [...FIELD, String(index)];
    problems.push(...idProblems([...itemField, 'versionId'], versionId));
    if (versionIds.has(versionId.toLowerCase()))
      problems.push(invalid([...itemField, 'versionId'], 'This version is given twice. Give each version once.'));
    if (percent < 1 || percent > 100)
      problems.push(invalid([...itemField, 'percent'], `percent must be between 1 and 100; got ${percent}.`));
    versionIds.add(versionId.toLowerCase());
  });
  const sum = variants.reduce((total, { percent }) => total + percent, 0);
  if (variants.length > 0 && sum !== 100) problems.push(invalid(FIELD, `The percentages must sum to 100; got ${sum}.`));
  return problems;
}
