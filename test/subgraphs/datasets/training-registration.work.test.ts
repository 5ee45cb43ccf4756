import { datasets as createDatasetsSubgraph } from '../../../subgraphs/datasets/subgraph.js';
import { serving as createServingSubgraph } from '../../../subgraphs/serving/subgraph.js';
import { retryWhileUnavailable } from '../../../subgraphs/datasets/training-execution/retry-while-unavailable.js';
import type { RelayedErrorCode } from '../../../subgraphs/shared/errors/error-codes.js';
import { PeerError } from '../../../subgraphs/shared/peers/peer-error.js';
import { filesConfig } from '../../kit/datasets.js';
import { graphql } from '../../kit/documents/datasets.js';
import { PeerAddresses } from '../../kit/peers.js';
import { servingParts } from '../../kit/serving.js';
import { runSubgraph } from '../../kit/subgraph.js';
import { aMember } from '../../kit/viewers.js';
import { profileDataset } from './arrange.js';
import { startExecutedRun, hasEnded, waitForRun } from './training-runs.js';

const never = new AbortController().signal;

describe('the registration of a trained model', () => {
  it('waits while serving is down, and keeps the file and the metrics', async () => {
    const book = new PeerAddresses();
    const subgraph = await runSubgraph(createDatasetsSubgraph({ ...filesConfig, serving: book.resolverOf('serving') }));
    const viewer = aMember();
    const text = `x,y\n${Array.from({ length: 40 }, (_, row) => `${row},${row % 4 < 2 ? 'a' : 'b'}`).join('\n')}\n`;
    const datasetId = await profileDataset(subgraph as never, viewer, { name: 'waiting', text });
    const input = { datasetId, problemType: 'CLASSIFICATION', target: 'y', features: ['x'], algorithm: 'LOGISTIC_REGRESSION' };
    const { trainingRun } = await startExecutedRun(subgraph as never, viewer, input);
    const learned = await waitForRun(subgraph as never, viewer, trainingRun.id, ({ artifact }) => artifact !== null);
    expect(learned).toMatchObject({ status: 'RUNNING', artifact: { filename: 'model.onnx', mimeType: 'application/onnx' } });
    expect(learned.metrics.length).toBeGreaterThan(0);

    const remove = graphql('mutation ($id: ID!) { storedFileDelete(input: { id: $id }) { userErrors { code } } }');
    const { data } = await subgraph.execute(viewer, remove, { id: learned.artifact.id });
    expect(data.storedFileDelete.userErrors).toEqual([{ code: 'IN_USE' }]);

    const serving = await runSubgraph(createServingSubgraph({ ...servingParts, datasets: book.resolverOf('datasets') }));
    book.set('datasets', subgraph);
    book.set('serving', serving);
    expect(await waitForRun(subgraph as never, viewer, trainingRun.id, hasEnded)).toMatchObject({ status: 'SUCCEEDED', progress: 1 });
    expect(await serving.client.modelVersion.count({ where: { trainingRunId: trainingRun.id } })).toBe(1);
    await Promise.all([subgraph.close(), serving.close()]);
  });

  const fault = (code: RelayedErrorCode) => new PeerError('serving', code, 'a detail of the inside');

  it('is retried after a transient error', async () => {
    let asked = 0;
    await retryWhileUnavailable(
      async () => {
        asked += 1;
        if (asked === 1) throw fault('TIMEOUT');
      },
      { signal: never, timeoutMs: 60_000, failure: '' },
    );
    expect(asked).toBe(2);
  });

  it('fails with a reason, without internal details, after the timeout or if the viewer is not authorized', async () => {
    for (const [code, timeoutMs] of [
      ['UNAVAILABLE', 0],
      ['FORBIDDEN', 60_000],
    ] as const) {
      const asking = retryWhileUnavailable(() => Promise.reject(fault(code)), { signal: never, timeoutMs, failure: 'It was trained.' });
      await expect(asking).rejects.toMatchObject({ code: 'REGISTRATION_FAILED', message: expect.not.stringContaining('detail') });
    }
  });

  it('passes on other errors, and ends with the run', async () => {
    const options = { signal: never, timeoutMs: 60_000, failure: '' };
    await expect(retryWhileUnavailable(() => Promise.reject(new TypeError('a fault of ours')), options)).rejects.toThrow(TypeError);
    const canceled = { ...options, signal: AbortSignal.abort() };
    await expect(retryWhileUnavailable(() => Promise.reject(fault('TIMEOUT')), canceled)).rejects.toMatchObject({ name: 'AbortError' });
  });
});
