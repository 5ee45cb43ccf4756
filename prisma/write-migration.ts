// npm run migration -- <subgraph> <name>: writes what the .prisma files say beyond the migrations as a new migration.
import { mkdirSync, writeFileSync } from 'node:fs';
import { drift } from '../subgraphs/shared/database/migrate.js';

const [subgraph, name] = process.argv.slice(2);
if (!subgraph || !name) {
  console.error('usage: npm run migration -- <subgraph> <name>');
  process.exit(2);
}
const script = await drift(subgraph);
if (script === '') {
  console.log('The migrations already say what the schema says.');
} else {
  const time = new Date().toISOString().replace(/\D/g, '').slice(0, 14);
  const folder = `prisma/${subgraph}/migrations/${time}_${name}`;
  mkdirSync(folder, { recursive: true });
  writeFileSync(`${folder}/migration.sql`, script);
  console.log(folder);
}
