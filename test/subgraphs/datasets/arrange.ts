import type { Viewer } from '../../../subgraphs/shared/viewer/viewer.js';
import type { RunningSubgraph } from '../../kit/subgraph.js';

/** Stores a CSV text and answers its id. */
export async function createFile(subgraph: RunningSubgraph, viewer: Viewer, text = 'a,b\n1,2\n'): Promise<string> {
  const { data } = await subgraph.ask(
    viewer,
    `mutation ($text: String!) { storedFileCreate(input: { filename: "rows.csv", mimeType: "text/csv", text: $text }) { storedFile { id } } }`,
    { text },
  );
  return data.storedFileCreate.storedFile.id;
}

/** Creates a dataset with a file of its own and answers its id. */
export async function createDataset(subgraph: RunningSubgraph, viewer: Viewer, { text, ...rest }: { name: string; text?: string; source?: string }): Promise<string> {
  const input = { source: 'UPLOAD', ...rest, fileId: await createFile(subgraph, viewer, text) };
  const { data } = await subgraph.ask(viewer, `mutation ($input: DatasetCreateInput!) { datasetCreate(input: $input) { dataset { id } } }`, { input });
  return data.datasetCreate.dataset.id;
}
