import type { UserError } from '../errors/user-error.js';

/**
 * Near the largest double Prisma rounds up what it writes, beyond what PostgreSQL takes. A literal such as 1e999 is
 * refused here too: it reaches us as Infinity.
 */
const LARGEST_FIGURE = 1.797e308;

/** The figure of a metric as a client gives it: a value, or the name of a non-finite figure. */
interface Figure {
  value?: number | null;
  nonFinite?: string | null;
}

/** What is wrong with the figure of a metric; `field` leads to the metric. */
export function figureProblems(field: string[], { value, nonFinite }: Figure): UserError[] {
  const problems: UserError[] = [];
  if (value != null && Math.abs(value) > LARGEST_FIGURE)
    problems.push({ code: 'INVALID', field: [...field, 'value'], message: 'This is too large; call it infinite.' });
  if ((value == null) === (nonFinite == null))
    problems.push({ code: 'INVALID', field, message: 'Give either a value or a non-finite figure.' });
  return problems;
}
