// Profiles the file `input` in the working directory without the service. profile.figure.js compares its time with that of the service.
import { availableParallelism } from 'node:os';
import { profileFile } from '../../dist/subgraphs/datasets/dataset-profile/profile-file.js';

await profileFile({ kind: 'CSV', memoryBytes: 512 * 1024 * 1024, threads: Math.min(availableParallelism(), 4) }, () => undefined);
process.exit(0);
