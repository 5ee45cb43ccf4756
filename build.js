// npm run build: Prisma clients and GraphQL types into generated/, then everything as JavaScript into dist/.
// What did not change since the last build is not built again, so that a second start is quick.
//   node build.js generate   only the generated sources
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { cpSync, existsSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

const SUBGRAPHS = ["datasets"];
const STAMPS = 'node_modules/.cache/ml-platform-graph';

/** Every file below the folders whose path passes, without what is generated. */
function filesBelow(folders, passes) {
  const list = (folder) =>
    readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath ?? entry.path, entry.name));
  return folders.flatMap(list).filter((file) => !file.includes('/generated/') && passes(file)).sort();
}

/** Runs the step unless the contents of its inputs and of the lock file are those of the last time and its output is there. */
function step(name, inputs, output, run) {
  const hash = createHash('sha256').update(readFileSync('package-lock.json'));
  for (const file of inputs) hash.update(file).update(readFileSync(file));
  const digest = hash.digest('hex');
  const stamp = `${STAMPS}/${name}`;
  if (existsSync(output) && existsSync(stamp) && readFileSync(stamp, 'utf8') === digest) return;
  run();
  mkdirSync(STAMPS, { recursive: true });
  writeFileSync(stamp, digest);
}

const node = (script, args, env = {}) => execFileSync(process.execPath, [script, ...args], { stdio: ['ignore', 'ignore', 'inherit'], env: { ...process.env, ...env } });

for (const name of SUBGRAPHS) {
  const output = `subgraphs/${name}/generated/prisma`;
  step(`prisma-${name}`, filesBelow([`prisma/${name}`], (file) => file.endsWith('.prisma')), output, () => {
    rmSync(output, { recursive: true, force: true });
    // Generating needs no schema engine, but Prisma insists that one exists; any program will do.
    node('node_modules/prisma/build/index.js', ['generate', '--schema', `prisma/${name}`, '--no-hints'], { PRISMA_SCHEMA_ENGINE_BINARY: process.execPath });
  });
}
step('graphql', ['codegen.yml', ...filesBelow(['subgraphs'], (file) => file.endsWith('.graphql'))], 'subgraphs/devlab/generated/graphql.ts', () =>
  node('node_modules/@graphql-codegen/cli/cjs/bin.js', ['--config', 'codegen.yml', '--silent']),
);

if (process.argv[2] !== 'generate') {
  const roots = ['gateway', 'subgraphs', 'prisma'];
  const sources = ['package.json', 'tsconfig.json', 'tsconfig.build.json', 'start.ts', ...filesBelow(roots, () => true)];
  step('dist', sources, 'dist/start.js', () => {
    rmSync('dist', { recursive: true, force: true });
    node('node_modules/typescript/bin/tsc', ['--project', 'tsconfig.build.json']);
    for (const file of filesBelow(roots, (path) => !path.endsWith('.ts') && !path.endsWith('.md'))) {
      mkdirSync(dirname(join('dist', file)), { recursive: true });
      cpSync(file, join('dist', file));
    }
  });
}
