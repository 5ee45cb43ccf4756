import { apolloClientCases } from './apollo-client.js';
import { startPlatform, type Platform } from './platform.js';
import { compileRelay, relayCases, type CompiledRelay } from './relay.js';
import { graphqlRequestCases, graphqlSseCases, graphqlWsCases } from './single-purpose-clients.js';
import { urqlCases } from './urql.js';

let relay: CompiledRelay;
let started: Platform;
beforeAll(async () => {
  relay = compileRelay();
  started = await startPlatform({ TRUSTED_DOCUMENTS_FILE: relay.manifest });
});
afterAll(async () => {
  await started?.end();
  relay?.remove();
});

const platform = () => started;
apolloClientCases(platform);
urqlCases(platform);
relayCases(platform, () => relay);
graphqlRequestCases(platform);
graphqlWsCases(platform);
graphqlSseCases(platform);
