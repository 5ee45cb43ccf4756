import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createOrganization } from '../subgraphs/serving/organization/create-organization.unscoped.store.js';
import { issueApiKey } from '../subgraphs/serving/organization/issue-api-key.unscoped.store.js';
import type { IdentitySecrets } from '../subgraphs/serving/identity/identity.js';
import type { PrismaClient } from '../subgraphs/serving/generated/prisma/client.js';
import { graphClient } from './graph-client.js';
import { loadSamples } from './load.js';

interface Demo {
  apiKey: string;
  /** Whether the samples are all there; an earlier loading may have been cut off. */
  isLoaded: boolean;
}

interface Place {
  /** Where this machine keeps the demo organization's key. */
  folder: string;
  /** The graph. */
  url: string;
  client: PrismaClient;
  secrets: IdentitySecrets;
}

const ORGANIZATION = { name: 'Demo', slug: 'demo', adminEmail: 'demo@example.com', adminFullName: 'Demo Admin', isPlatformAdmin: true };

/** The demo organization's API key; at the first start makes the organization and fills it with the samples, of which none is loaded twice. */
export async function demoKey({ folder, url, client, secrets }: Place): Promise<string> {
  const file = `${folder}/demo.json`;
  const demo = existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as Demo) : await makeDemo(client, secrets);
  const keep = () => writeFileSync(file, JSON.stringify(demo, null, 2), { mode: 0o600 });
  mkdirSync(folder, { recursive: true });
  keep();
  if (!demo.isLoaded) {
    console.log('Loading the samples...');
    await loadSamples(graphClient(url, demo.apiKey));
    demo.isLoaded = true;
    keep();
  }
  return demo.apiKey;
}

/** Another machine, or this one before its folder was deleted, may have made the organization in the same database. */
async function makeDemo(client: PrismaClient, secrets: IdentitySecrets): Promise<Demo> {
  const apiKey =
    (await issueApiKey(client, secrets, ORGANIZATION)) ?? (await createOrganization(client, secrets, ORGANIZATION)).apiKeyToken;
  return { apiKey, isLoaded: false };
}
