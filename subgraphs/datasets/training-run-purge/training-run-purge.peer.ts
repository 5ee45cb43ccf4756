import { PeerError } from '../../shared/peers/peer-error.js';
import type { PeerClient } from '../../shared/peers/peer-client.js';
import type { Viewer } from '../../shared/viewer/viewer.js';
import { ModelVersionCountsDocument } from '../generated/serving-operations.js';

/**
 * Returns the ids of those runs that produced a model version, which only the serving subgraph knows. Rejects with PeerError
 * unless serving gives a count for every run: a run of which nothing is known must not be deleted.
 */
export async function runsWithModelVersions(serving: PeerClient, viewer: Viewer, runIds: readonly string[]): Promise<Set<string>> {
  const representations = runIds.map((id) => ({ __typename: 'TrainingRun', id }));
  // Sent as a part of the mutation, so that an API key with the scope WRITE alone may do it.
  const { _entities } = await serving.request(viewer, ModelVersionCountsDocument, { representations }, { operation: 'mutation' });
  return new Set(
    runIds.filter((_, index) => {
      const count: unknown = _entities?.[index]?.modelVersions?.totalCount;
      if (typeof count !== 'number') throw new PeerError('serving', 'UNAVAILABLE', 'returned no number of model versions for a run');
      return count > 0;
    }),
  );
}
