import type { TrainingExample } from '../generated/prisma/client.js';
import type { CorpusRow } from '../training-corpus/training-corpus.store.js';
import { fieldsOf } from '../training-example/training-example.rules.js';

/** Returns an example as a line of JSON. */
export const jsonLineOf = (example: TrainingExample): string => {
  const { id, kind, useCaseId, qualityScore } = example;
  return JSON.stringify({ id, kind, ...fieldsOf(example), useCaseId, qualityScore });
};

/** Returns the filename of an exported corpus. Slashes and control characters of the name are replaced. */
export const filenameOf = ({ name, version }: Pick<CorpusRow, 'name' | 'version'>): string =>
  `${name.replace(/[/\\\0-\x1f]/g, '_')}-v${version}.jsonl`;
