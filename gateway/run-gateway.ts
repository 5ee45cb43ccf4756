import { runProcess } from '../subgraphs/shared/server/run-process.js';
import { processEnvironment, readGatewayConfig } from './config.js';
import { startGateway } from './gateway.js';

await runProcess(async () => startGateway(readGatewayConfig(processEnvironment())));
