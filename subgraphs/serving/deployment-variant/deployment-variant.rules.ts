import type { UserError } from '../../shared/errors/user-error.js';
import { idProblems } from '../../shared/input/id.js';
import type { DeploymentTrafficSetInput } from '../generated/graphql.js';

const MAX_VARIANTS = 20;
const FIELD = ['input', 'variants'];

export function trafficProblems({ deploymentId, variants }: DeploymentTrafficSetInput): UserError[] {
  const invalid = (field: string[], message: string): UserError => ({ code: 'INVALID', field, message });
  const problems = idProblems(['input', 'deploymentId'], deploymentId);
  if (variants.length === 0) problems.push({ code: 'BLANK', field: FIELD, message: 'Give at least one variant.' });
  if (variants.length > MAX_VARIANTS)
    return [...problems, { code: 'TOO_LONG', field: FIELD, message: `There are at most ${MAX_VARIANTS} variants.` }];
  const seen = new Set<string>();
  variants.forEach(({ versionId, percent }, index) => {
    const at = [...FIELD, String(index)];
    problems.push(...idProblems([...at, 'versionId'], versionId));
    if (seen.has(versionId.toLowerCase())) problems.push(invalid([...at, 'versionId'], 'This version is there already.'));
    if (percent < 1 || percent > 100) problems.push(invalid([...at, 'percent'], 'A share is 1 to 100 percent.'));
    seen.add(versionId.toLowerCase());
  });
  const sum = variants.reduce((total, { percent }) => total + percent, 0);
  if (variants.length > 0 && sum !== 100) problems.push(invalid(FIELD, `The shares sum to ${sum} percent, not to 100.`));
  return problems;
}
