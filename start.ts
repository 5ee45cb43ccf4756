// npm start: runs the whole graph in one process with sample data. A subgraph's database is embedded, unless its
// <NAME>_DATABASE_URL names a PostgreSQL server.
import { fileURLToPath } from 'node:url';
import { startGateway } from './gateway/gateway.js';
import { readGatewayConfig } from './gateway/config.js';
import { openMigrated } from './subgraphs/shared/database/migrate.js';
import { demoKey } from './samples/demo.js';
import { chat } from './subgraphs/chat/subgraph.js';
import { readDatasetsConfig } from './subgraphs/datasets/config.js';
import { datasets } from './subgraphs/datasets/subgraph.js';
import { devlab } from './subgraphs/devlab/subgraph.js';
import { documents } from './subgraphs/documents/subgraph.js';
import { readServingConfig } from './subgraphs/serving/config.js';
import { serving } from './subgraphs/serving/subgraph.js';
import { urlVariable, type SubgraphName } from './subgraphs/shared/configuration/registry.js';
import type { ResolvePeerAddress } from './subgraphs/shared/peers/peer-address.js';
import { dataFolder, processEnvironment, readSubgraphConfig } from './subgraphs/shared/server/config.js';
import { runProcess } from './subgraphs/shared/server/run-process.js';
import { startSubgraph } from './subgraphs/shared/server/start-subgraph.js';

await runProcess(async () => {
  // Clients use the address of the gateway alone: the subgraphs take any free port. The console shows warnings and errors.
  const environment = { LOG_LEVEL: 'warn', ...processEnvironment() };
  const behindGateway = { ...environment, HOST: '127.0.0.1', PORT: '0' };
  const servingConfig = readServingConfig(behindGateway);
  const datasetsConfig = readDatasetsConfig(behindGateway);
  const urls: Record<string, string> = {};
  /** Returns the address of a peer that runs in this process. Its URL is known once it listens, which is before the first request. */
  const inThisProcess = (name: SubgraphName, configured: ResolvePeerAddress) => () => ({ ...configured(), url: urls[urlVariable(name)]! });
  const servingSubgraph = serving({ ...servingConfig, datasets: inThisProcess('datasets', servingConfig.datasets) });
  const startedServing = await startSubgraph(servingSubgraph, servingConfig, openMigrated);
  const others = [datasets({ ...datasetsConfig, serving: inThisProcess('serving', datasetsConfig.serving) }), chat, documents(), devlab];
  const started = [
    startedServing,
    ...(await Promise.all(
      others.map((subgraph) => startSubgraph(subgraph as never, readSubgraphConfig(subgraph.name, behindGateway), openMigrated)),
    )),
  ];
  [servingSubgraph, ...others].forEach(({ name }, index) => (urls[urlVariable(name)] = started[index]!.url));

  const operations = fileURLToPath(new URL('samples/operations', import.meta.url));
  const gateway = await startGateway(
    readGatewayConfig({
      EXPLORER_OPERATIONS: operations,
      CORS_ORIGINS: 'https://studio.apollographql.com',
      ...environment,
      ...urls,
    }),
  );
  const close = async () => {
    await gateway.close();
    await Promise.all(started.map((subgraph) => subgraph.close()));
  };

  const key = await demoKey({
    folder: dataFolder(environment),
    url: `${gateway.url}/graphql`,
    client: startedServing.client,
    secrets: servingConfig,
  });
  console.log(welcome(gateway.url, key));
  return { close };
});

function welcome(url: string, key: string): string {
  return `
The graph is at ${url}/graphql
  API key     ${key}
  Explorer    ${url}/#key=${key}
  First query curl ${url}/graphql -H 'content-type: application/json' -H 'authorization: Bearer ${key}' -d '{"query":"{ datasets { nodes { name rowCount } } }"}'
Ctrl-C stops everything.
`;
}
