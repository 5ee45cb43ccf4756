// Runs only the queries of a profile on the file `input` of the working folder, as the reference of profile.figure.js.
import { availableParallelism } from 'node:os';
import { profileFile } from '../../dist/subgraphs/datasets/dataset-profile/profile-file.js';

await profileFile({ kind: 'CSV', memoryBytes: 512 * 1024 * 1024, threads: Math.min(availableParallelism(), 4) }, () => undefined);
process.exit(0);
