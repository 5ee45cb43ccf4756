import { PeerFault } from '../../shared/peers/peer-fault.js';
import type { Peer } from '../../shared/peers/peer.js';
import type { Viewer } from '../../shared/viewer/viewer.js';

interface Answer {
  _entities?: ({ modelVersions?: { totalCount?: unknown } | null } | null)[];
}

const QUESTION = `query ($of: [_Any!]!) {
  _entities(representations: $of) { ... on TrainingRun { modelVersions(first: 1) { totalCount } } }
}`;

/**
 * The runs of which a model version was made, which only the subgraph of models knows. Rejects with a PeerFault where it
 * does not say so of every one: what is not known to be free is not.
 */
export async function usedRuns(serving: Peer, viewer: Viewer, runIds: readonly string[]): Promise<Set<string>> {
  const of = runIds.map((id) => ({ __typename: 'TrainingRun', id }));
  // A part of a mutation: a key that may only write may ask this.
  const { _entities: entities } = await serving.ask<Answer>(viewer, QUESTION, { of }, { operation: 'mutation' });
  return new Set(
    runIds.filter((_, index) => {
      const count = entities?.[index]?.modelVersions?.totalCount;
      if (typeof count !== 'number') throw new PeerFault('serving', 'UNAVAILABLE', 'did not say what was made of a run');
      return count > 0;
    }),
  );
}
