// npm run schema: composes the subgraphs of this checkout and writes gateway/{supergraph,api,public}.graphql.
// Refuses where clients of the committed schema would lose something, unless --allow-breaking says that this is meant.
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { schemaFiles } from './gateway/supergraph/api-schema.js';
import { breakingChanges } from './gateway/supergraph/breaking-changes.js';
import { composeCheckout } from './compose-checkout.js';

const committed = 'gateway/api.graphql';
const files = schemaFiles(composeCheckout());
const lost = existsSync(committed) ? breakingChanges(readFileSync(committed, 'utf8'), files['api.graphql']) : [];
if (lost.length > 0 && !process.argv.includes('--allow-breaking')) {
  console.error(
    `Clients of the committed schema would lose:\n${lost.map((line) => `  ${line}`).join('\n')}\nIf that is meant: npm run schema -- --allow-breaking`,
  );
  process.exit(1);
}
for (const [name, text] of Object.entries(files)) writeFileSync(`gateway/${name}`, text);
