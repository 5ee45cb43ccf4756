import { openMigrated } from '../shared/database/migrate.js';
import { processEnvironment, readSubgraphConfig } from '../shared/server/config.js';
import { runProcess } from '../shared/server/run-process.js';
import { startSubgraph } from '../shared/server/start-subgraph.js';
import { devlab } from './subgraph.js';

await runProcess(async () => startSubgraph(devlab, readSubgraphConfig('devlab', processEnvironment()), openMigrated));
