import { openMigrated } from '../shared/database/migrate.js';
import { processEnvironment } from '../shared/server/config.js';
import { runProcess } from '../shared/server/run-process.js';
import { startSubgraph } from '../shared/server/start-subgraph.js';
import { readDatasetsConfig } from './config.js';
import { datasets } from './subgraph.js';

await runProcess(async () => {
  const config = readDatasetsConfig(processEnvironment());
  return startSubgraph(datasets(config), config, openMigrated);
});
