import { setFlagsFromString } from 'node:v8';
import { runProcess } from '../subgraphs/shared/server/run-process.js';
import { processEnvironment, readGatewayConfig } from './config.js';
import { startGateway } from './gateway.js';

// What a request holds while it waits is long-lived to the collector, which would let the heap grow to four times what is
// used before it looks; at two and a half times memory is a fifth lower and nothing slower (docs/performance.md).
setFlagsFromString('--heap-growing-percent=150');

await runProcess(async () => startGateway(readGatewayConfig(processEnvironment())));
