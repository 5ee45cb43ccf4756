// npm run schema: composes the subgraphs of this checkout and writes gateway/{supergraph,api,public}.graphql, and the SDL of each
// subgraph to dist/schema/<name>.graphql, for `rover subgraph publish` (docs/apollo-studio.md).
// Refuses changes that break clients of the committed schema, unless --allow-breaking is given.
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { schemaFiles } from './gateway/supergraph/api-schema.js';
import { breakingChanges } from './gateway/supergraph/breaking-changes.js';
import { checkoutSubgraphs, composeCheckout } from './compose-checkout.js';

const committed = 'gateway/api.graphql';
const files = schemaFiles(composeCheckout());
const breaking = existsSync(committed) ? breakingChanges(readFileSync(committed, 'utf8'), files['api.graphql']) : [];
if (breaking.length > 0 && !process.argv.includes('--allow-breaking')) {
  console.error(
    `These changes break clients of the committed schema:\n${breaking.map((line) => `  ${line}`).join('\n')}\nTo write them anyway: npm run schema -- --allow-breaking`,
  );
  process.exit(1);
}
for (const [name, text] of Object.entries(files)) writeFileSync(`gateway/${name}`, text);

const folder = 'dist/schema';
mkdirSync(folder, { recursive: true });
for (const { name, sdl } of checkoutSubgraphs()) writeFileSync(`${folder}/${name}.graphql`, sdl);
