// npm start: the whole graph in one process, on embedded databases unless *_DATABASE_URL says otherwise, with sample data.
import { fileURLToPath } from 'node:url';
import { startGateway } from './gateway/gateway.js';
import { readGatewayConfig } from './gateway/config.js';
import { openMigrated } from './prisma/migrate.js';
import { demoKey } from './samples/demo.js';
import { chat } from './subgraphs/chat/subgraph.js';
import { readDatasetsConfig } from './subgraphs/datasets/config.js';
import { datasets } from './subgraphs/datasets/subgraph.js';
import { devlab } from './subgraphs/devlab/subgraph.js';
import { documents } from './subgraphs/documents/subgraph.js';
import { readServingConfig } from './subgraphs/serving/config.js';
import { serving } from './subgraphs/serving/subgraph.js';
import type { SubgraphName } from './subgraphs/shared/configuration/names.js';
import type { FindPeer } from './subgraphs/shared/peers/address.js';
import { dataFolder, processEnvironment, readSubgraphConfig } from './subgraphs/shared/server/config.js';
import { runProcess } from './subgraphs/shared/server/process.js';
import { startSubgraph } from './subgraphs/shared/server/start-subgraph.js';

await runProcess(async () => {
  // Here only the gateway has an address that people use: the subgraphs take any free port, and log what is worth a look.
  const environment = { LOG_LEVEL: 'warn', ...processEnvironment() };
  const behind = { ...environment, HOST: '127.0.0.1', PORT: '0' };
  const servingConfig = readServingConfig(behind);
  const datasetsConfig = readDatasetsConfig(behind);
  const urls: Record<string, string> = {};
  /** Where a house is found by the other: known once it listens, and asked for not before a request comes. */
  const listening = (name: SubgraphName, configured: FindPeer) => () => ({ ...configured(), url: urls[`${name.toUpperCase()}_URL`]! });
  const servingHouse = serving({ ...servingConfig, datasets: listening('datasets', servingConfig.datasets) });
  const servingStarted = await startSubgraph(servingHouse, servingConfig, openMigrated);
  const houses = [datasets({ ...datasetsConfig, serving: listening('serving', datasetsConfig.serving) }), chat, documents, devlab];
  const started = [
    servingStarted,
    ...(await Promise.all(houses.map((house) => startSubgraph(house as never, readSubgraphConfig(house.name, behind), openMigrated)))),
  ];
  [servingHouse, ...houses].forEach(({ name }, index) => (urls[`${name.toUpperCase()}_URL`] = started[index]!.url));

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
    client: servingStarted.client,
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
