// npm run migration -- <subgraph> <name>: writes the difference between the .prisma files and the migrations as a new migration.
import { mkdirSync, writeFileSync } from 'node:fs';
import { schemaDrift } from '../subgraphs/shared/database/migrate.js';

const [subgraph, name] = process.argv.slice(2);
if (!subgraph || !name) {
  console.error('usage: npm run migration -- <subgraph> <name>');
  process.exit(2);
}
const script = await schemaDrift(subgraph);
if (script === '') {
  console.log('The migrations already match the schema.');
} else {
  const time = new Date().toISOString().replace(/\D/g, '').slice(0, 14);
  const folder = `prisma/${subgraph}/migrations/${time}_${name}`;
  mkdirSync(folder, { recursive: true });
  writeFileSync(`${folder}/migration.sql`, script);
  console.log(folder);
}
