import { openMigrated } from '../shared/database/migrate.js';
import { processEnvironment } from '../shared/server/config.js';
import { runProcess } from '../shared/server/run-process.js';
import { startSubgraph } from '../shared/server/start-subgraph.js';
import { readServingConfig } from './config.js';
import { serving } from './subgraph.js';

await runProcess(async () => {
  const config = readServingConfig(processEnvironment());
  return startSubgraph(serving(config), config, openMigrated);
});
