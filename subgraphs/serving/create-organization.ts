// npm run organization -- <slug> <name> <admin email> [--platform-admin]: creates an organization and prints the credentials of its first
// administrator. Stop a server that uses an embedded database first.
import { parseArgs } from 'node:util';
import { openMigrated } from '../shared/database/migrate.js';
import { ConfigurationError } from '../shared/configuration/environment.js';
import { Refusal } from '../shared/errors/user-error.js';
import { processEnvironment } from '../shared/server/config.js';
import { readServingConfig } from './config.js';
import { createOrganization, type NewOrganization } from './organization/create-organization.unscoped.store.js';
import { serving } from './subgraph.js';

const USAGE = 'usage: npm run organization -- <slug> <name> <admin email> [--platform-admin]';

const input = readArguments(process.argv.slice(2));
if (!input) {
  console.error(USAGE);
  process.exit(2);
}
await create(input).catch((error: unknown) => {
  console.error(error instanceof Refusal || error instanceof ConfigurationError ? error.message : error);
  process.exit(1);
});

function readArguments(args: string[]): NewOrganization | null {
  try {
    const { positionals, values } = parseArgs({
      args,
      allowPositionals: true,
      options: { 'platform-admin': { type: 'boolean', default: false } },
    });
    const [slug, name, adminEmail] = positionals;
    if (positionals.length !== 3 || !slug || !name || !adminEmail) return null;
    return { slug, name, adminEmail, adminFullName: adminEmail.split('@')[0]!, isPlatformAdmin: values['platform-admin'] };
  } catch {
    // parseArgs throws for an unknown option.
    return null;
  }
}

async function create(organization: NewOrganization): Promise<void> {
  const config = readServingConfig(processEnvironment());
  const database = await openMigrated('serving', config.database);
  const client = serving(config).connect(database.adapter);
  try {
    console.log(JSON.stringify(await createOrganization(client, config, organization), null, 2));
  } finally {
    await client.$disconnect();
    await database.close();
  }
}
