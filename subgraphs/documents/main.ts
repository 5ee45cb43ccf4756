import { openMigrated } from '../shared/database/migrate.js';
import { processEnvironment, readSubgraphConfig } from '../shared/server/config.js';
import { runProcess } from '../shared/server/run-process.js';
import { startSubgraph } from '../shared/server/start-subgraph.js';
import { documents } from './subgraph.js';

await runProcess(async () => startSubgraph(documents(), readSubgraphConfig('documents', processEnvironment()), openMigrated));
