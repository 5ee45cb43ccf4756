import type { TrainingExample } from '../generated/prisma/client.js';
import type { CorpusRow } from '../training-corpus/training-corpus.store.js';
import { saidBy } from '../training-example/training-example.rules.js';

/** An example as a line of JSON: what it says is between what it is and what it is about. */
export const lineOf = (example: TrainingExample): string => {
  const { id, kind, useCaseId, qualityScore } = example;
  return JSON.stringify({ id, kind, ...saidBy(example), useCaseId, qualityScore });
};

/** The name of a corpus as a file's: a filename has no folders and no control characters. */
export const filenameOf = ({ name, version }: Pick<CorpusRow, 'name' | 'version'>): string =>
  `${name.replace(/[/\\\0-\x1f]/g, '_')}-v${version}.jsonl`;
