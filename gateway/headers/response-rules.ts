import type { IncomingHttpHeaders } from 'node:http';
import type { MergeAlgorithm, ResponseRule } from './header-rules.js';
import { headerSelection } from './header-selection.js';
import { isReservedInResponses } from './reserved-headers.js';

/** A header that one response contributes to the response of the gateway. */
export interface Contribution {
  readonly values: readonly string[];
  readonly algorithm: MergeAlgorithm;
}

/** The headers that one response contributes, by name in lower case. */
export type Contributions = Map<string, Contribution>;

/** Changes the contributions of a response with these headers. */
export type ResponseStep = (contributions: Contributions, headers: IncomingHttpHeaders) => void;

/** Returns the steps of the rules, in their order. */
export const responseSteps = (rules: readonly ResponseRule[]): ResponseStep[] =>
  rules.map(({ propagate, insert, remove }) => {
    if (propagate) return propagation(propagate);
    if (insert) {
      const contribution: Contribution = { values: [insert.value], algorithm: 'last' };
      return (contributions) => void contributions.set(insert.name, contribution);
    }
    const isRemoved = headerSelection(remove!);
    return (contributions) => {
      for (const name of [...contributions.keys()]) if (isRemoved(name)) contributions.delete(name);
    };
  });

function propagation(rule: NonNullable<ResponseRule['propagate']>): ResponseStep {
  const { named = [], rename, default: fallback, algorithm = 'last' } = rule;
  const isSelected = headerSelection(rule);
  return (contributions, headers) => {
    for (const name of Object.keys(headers)) {
      if (isReservedInResponses(name) || !isSelected(name)) continue;
      contributions.set(rename ?? name, { values: [headers[name] ?? []].flat(), algorithm });
    }
    if (fallback === undefined || headers[named[0]!] !== undefined) return;
    contributions.set(rename ?? named[0]!, { values: [fallback], algorithm });
  };
}
