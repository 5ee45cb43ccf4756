import type { SentRequest } from '../kit/federation.js';

/** Returns the wasteful requests of one operation: those with a repeated representation, or with none. */
export function wastedRequests(requests: readonly SentRequest[]): string[] {
  return requests.flatMap(({ subgraph, query, variables }) =>
    Object.entries(variables ?? {}).flatMap(([name, value]) => {
      if (!Array.isArray(value) || !new RegExp(`representations:\\s*\\$${name}\\b`).test(query)) return [];
      if (value.length === 0) return [`${subgraph} was asked for no entity`];
      const texts = new Set(value.map((representation) => JSON.stringify(representation)));
      return texts.size < value.length ? [`${subgraph} was asked for ${value.length - texts.size} entities twice`] : [];
    }),
  );
}
