import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createOrganization } from '../subgraphs/serving/organization/create-organization.unscoped.store.js';
import { issueApiKey } from '../subgraphs/serving/organization/issue-api-key.unscoped.store.js';
import type { IdentitySecrets } from '../subgraphs/serving/identity/identity.js';
import type { PrismaClient } from '../subgraphs/serving/generated/prisma/client.js';
import { graphClient } from './graph-client.js';
import { loadSamples } from './load.js';

interface DemoState {
  apiKey: string;
  /** True if all samples are loaded. An earlier load may have been interrupted. */
  isLoaded: boolean;
}

interface DemoOptions {
  /** The folder of `demo.json`, which holds the API key of the demo organization. */
  folder: string;
  /** The URL of the GraphQL endpoint. */
  url: string;
  client: PrismaClient;
  secrets: IdentitySecrets;
}

const ORGANIZATION = { name: 'Demo', slug: 'demo', adminEmail: 'demo@example.com', adminFullName: 'Demo Admin', isPlatformAdmin: true };

/** Returns the API key of the demo organization. The first call creates the organization; samples are loaded once. */
export async function demoKey({ folder, url, client, secrets }: DemoOptions): Promise<string> {
  const file = `${folder}/demo.json`;
  const demo = existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as DemoState) : await createDemo(client, secrets);
  const save = () => writeFileSync(file, JSON.stringify(demo, null, 2), { mode: 0o600 });
  mkdirSync(folder, { recursive: true });
  save();
  if (!demo.isLoaded) {
    console.log('Loading the samples...');
    await loadSamples(graphClient(url, demo.apiKey));
    demo.isLoaded = true;
    save();
  }
  return demo.apiKey;
}

/** Creates the demo organization, or only a key if the organization exists, for example because `demo.json` was deleted. */
async function createDemo(client: PrismaClient, secrets: IdentitySecrets): Promise<DemoState> {
  const apiKey =
    (await issueApiKey(client, secrets, ORGANIZATION)) ?? (await createOrganization(client, secrets, ORGANIZATION)).apiKeyToken;
  return { apiKey, isLoaded: false };
}
