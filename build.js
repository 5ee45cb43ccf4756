// npm run build: generates Prisma clients and GraphQL types into generated/, then compiles everything into dist/.
// A step whose inputs have not changed since the last build is skipped, so that a second start is quick.
//   node build.js generate              generates sources only
//   node build.js generate chat serving generates the sources of these subgraphs only
//   node build.js children              bundles the programs that run in child processes only
//   node build.js library               builds the package of docs/library.md in dist/library only
import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { cpSync, existsSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { promisify } from 'node:util';

const STAMPS = 'node_modules/.cache/ml-platform-graph';
const [only, ...chosen] = process.argv.slice(2);
const subgraphs = readdirSync('prisma').filter(
  (name) => existsSync(`prisma/${name}/schema.prisma`) && (chosen.length === 0 || chosen.includes(name)),
);

if (only !== 'children' && only !== 'library')
  await Promise.all([inTurn(subgraphs, generateClient), generateTypes(), generateOperations()]);
if (only !== 'library') await bundleChildren();
if (only === 'library') await buildLibrary();
if (only === 'generate') await generateDocumentTypes();
if (only === undefined) {
  await compile();
  await bundleExplorer();
}

function generateClient(subgraph) {
  const output = `subgraphs/${subgraph}/generated/prisma`;
  return step(
    `prisma-${subgraph}`,
    filesBelow([`prisma/${subgraph}`], (file) => file.endsWith('.prisma')),
    output,
    async () => {
      rmSync(output, { recursive: true, force: true });
      // Generating needs no schema engine, but Prisma insists that one exists; any program will do.
      await node(['node_modules/prisma/build/index.js', 'generate', '--schema', `prisma/${subgraph}`, '--no-hints'], {
        PRISMA_SCHEMA_ENGINE_BINARY: process.execPath,
      });
    },
  );
}

/** Runs one block of codegen.yml for each subgraph, so that a subgraph whose schema has not changed is skipped. */
async function generateTypes() {
  const sdl = (subgraph) => filesBelow(['subgraphs/shared/schema', `subgraphs/${subgraph}`], (file) => file.endsWith('.graphql'));
  await inTurn(subgraphs, (subgraph) => {
    const output = `subgraphs/${subgraph}/generated/graphql.ts`;
    return step(`graphql-${subgraph}`, ['codegen.yml', ...sdl(subgraph)], output, async () => {
      const { generate, loadCodegenConfig } = await import('@graphql-codegen/cli');
      const { config } = await loadCodegenConfig({ configFilePath: 'codegen.yml' });
      await generate({ ...config, generates: { [output]: config.generates[output] }, silent: true, errorsOnly: true }, true);
    });
  });
}

/** Writes the operations that each subgraph sends to a peer (`<concept>.<peer>.gql`), typed by the peer's schema. */
async function generateOperations() {
  const sdl = (name) => filesBelow(['subgraphs/shared/schema', `subgraphs/${name}`], (file) => file.endsWith('.graphql'));
  const pairs = subgraphs.flatMap((name) => readdirSync('prisma').map((peer) => ({ name, peer })));
  await inTurn(pairs, async ({ name, peer }) => {
    const operations = filesBelow([`subgraphs/${name}`], (file) => file.endsWith(`.${peer}.gql`));
    if (operations.length === 0) return;
    const output = `subgraphs/${name}/generated/${peer}-operations.ts`;
    const schema = sdl(peer);
    await step(`operations-${name}-${peer}`, ['generate-peer-operations.js', ...schema, ...operations], output, async () => {
      const { generatePeerOperations } = await import('./generate-peer-operations.js');
      await generatePeerOperations({ sdl: schema, operations, output });
    });
  });
}

/** Generates the types of the GraphQL documents in tests. Only the type checker needs them, so only `generate` writes them. */
function generateDocumentTypes() {
  const folder = 'test/kit/documents';
  const tests = filesBelow(['test'], (file) => file.endsWith('.ts'));
  const schemas = ['gateway/api.graphql', ...filesBelow(['subgraphs'], (file) => file.endsWith('.graphql'))];
  const generators = filesBelow([folder], (file) => file.endsWith('.js'));
  return step('test-documents', [...generators, ...schemas, ...tests], `${folder}/generated/api.ts`, async () => {
    const { generateDocumentTypes } = await import(`./${folder}/generate.js`);
    await generateDocumentTypes(tests);
  });
}

/**
 * Bundles each program that runs in a child process (`*.child.ts`) into one file in the folder `generated/` beside it. A
 * bundle starts sooner, and Jest and dist/ run the same file.
 */
function bundleChildren() {
  const folders = ['subgraphs', 'test/subgraphs'];
  const entries = filesBelow(folders, (file) => file.endsWith('.child.ts'));
  const sources = filesBelow(['subgraphs', ...entries.map(dirname)], (file) => file.endsWith('.ts'));
  return step('children', ['build.js', ...sources], entries.map(bundleOf), async () => {
    const { build } = await import('esbuild');
    await Promise.all(
      entries.map((entry) =>
        build({
          entryPoints: [entry],
          outfile: bundleOf(entry),
          bundle: true,
          packages: 'external',
          platform: 'node',
          format: 'esm',
          target: 'node20',
          sourcemap: 'inline',
          logLevel: 'error',
        }),
      ),
    );
  });
}

function bundleOf(entry) {
  return join(dirname(entry), 'generated', basename(entry).replace(/\.ts$/, '.js'));
}

function compile() {
  const roots = ['gateway', 'subgraphs', 'prisma', 'samples'];
  const sources = [
    'package.json',
    'tsconfig.json',
    'tsconfig.build.json',
    'start.ts',
    'schema.ts',
    'compose-checkout.ts',
    ...filesBelow(roots, () => true),
  ];
  return step('dist', sources, 'dist/start.js', async () => {
    for (const root of roots) rmSync(`dist/${root}`, { recursive: true, force: true });
    await node(['node_modules/typescript/bin/tsc', '--project', 'tsconfig.build.json']);
    const bundles = filesBelow(['subgraphs'], (file) => file.endsWith('.child.ts')).map(bundleOf);
    for (const file of [...filesBelow(roots, (path) => !path.endsWith('.ts') && !path.endsWith('.md')), ...bundles]) {
      mkdirSync(dirname(join('dist', file)), { recursive: true });
      cpSync(file, join('dist', file));
    }
  });
}

function bundleExplorer() {
  const folder = 'dist/explorer';
  const sources = ['bundle-explorer.js', ...filesBelow(['gateway/explorer'], () => true)];
  return step('explorer', sources, `${folder}/index.html`, async () => {
    const { bundleExplorer } = await import('./bundle-explorer.js');
    await bundleExplorer(folder);
  });
}

/**
 * Builds the package for users of Apollo Server in dist/library: a bundle of the entry and of the planner's worker, the
 * declarations of the public types, and a package.json. Its dependencies are the packages that the bundle imports.
 */
function buildLibrary() {
  const outdir = 'dist/library';
  const sources = ['build.js', 'package.json', 'LICENSE', 'docs/library.md', ...filesBelow(['gateway', 'subgraphs/shared'], isSource)];
  return step('library', sources, `${outdir}/package.json`, async () => {
    rmSync(outdir, { recursive: true, force: true });
    const { build } = await import('esbuild');
    const { metafile } = await build({
      entryPoints: ['gateway/library/index.ts', 'gateway/planning/planner-worker.ts'],
      entryNames: '[name]',
      outdir,
      bundle: true,
      splitting: true,
      packages: 'external',
      platform: 'node',
      format: 'esm',
      target: 'node20',
      metafile: true,
      logLevel: 'error',
    });
    await writeDeclarations('gateway/library', outdir);
    cpSync('LICENSE', `${outdir}/LICENSE`);
    cpSync('docs/library.md', `${outdir}/README.md`);
    writeFileSync(`${outdir}/package.json`, `${JSON.stringify(libraryPackage(metafile), null, 2)}\n`);
  });
}

/** Writes the declarations of a folder's index.ts and of the files that they import, which must be in the folder. */
async function writeDeclarations(folder, outdir) {
  const { default: ts } = await import('typescript');
  const { compilerOptions } = JSON.parse(readFileSync('tsconfig.json', 'utf8'));
  const { options } = ts.convertCompilerOptionsFromJson(
    { ...compilerOptions, declaration: true, emitDeclarationOnly: true, noCheck: true },
    '.',
  );
  const declarations = new Map();
  ts.createProgram([`${folder}/index.ts`], options).emit(undefined, (file, text) => declarations.set(basename(file), text));
  const pending = ['index.d.ts'];
  for (const name of pending) {
    writeFileSync(join(outdir, name), declarations.get(name));
    for (const [, path] of declarations.get(name).matchAll(/from '(\.[^']+)\.js'/g)) {
      if (dirname(path) !== '.') throw new Error(`The public types of ${folder}/${name} import ${path}.`);
      if (!pending.includes(`${basename(path)}.d.ts`)) pending.push(`${basename(path)}.d.ts`);
    }
  }
}

/** Returns the package.json of the library. Programs have one `graphql` and one `@apollo/server`, so these are peers. */
function libraryPackage({ outputs }) {
  const { version, license, engines, dependencies, devDependencies } = JSON.parse(readFileSync('package.json', 'utf8'));
  const paths = Object.values(outputs).flatMap(({ imports }) => imports.filter(({ external }) => external).map(({ path }) => path));
  const packages = paths.filter((path) => !path.startsWith('node:')).map((path) => /^(?:@[^/]+\/)?[^/]+/.exec(path)[0]);
  const versions = { ...devDependencies, ...dependencies };
  const needed = [...new Set([...packages, '@apollo/server-gateway-interface'])].filter((name) => name !== 'graphql').sort();
  return {
    name: '@ml-platform-graph/gateway',
    version,
    description: 'A gateway of Apollo Server that executes operations over the subgraphs of a federated supergraph.',
    license,
    type: 'module',
    engines,
    exports: { '.': { types: './index.d.ts', default: './index.js' }, './package.json': './package.json' },
    dependencies: Object.fromEntries(needed.map((name) => [name, versions[name]])),
    peerDependencies: { '@apollo/server': '^5.0.0', graphql: '^16.11.0' },
  };
}

function isSource(file) {
  return file.endsWith('.ts');
}

/** Returns the files below the folders whose path passes, without generated files. */
function filesBelow(folders, passes) {
  const list = (folder) =>
    readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath ?? entry.path, entry.name));
  return folders
    .filter((folder) => existsSync(folder))
    .flatMap(list)
    .filter((file) => !file.includes('/generated/') && passes(file))
    .sort();
}

/** Runs a step, unless its outputs exist and the contents of its inputs and of the lock file have not changed since the last run. */
async function step(name, inputs, output, run) {
  const hash = createHash('sha256').update(readFileSync('package-lock.json'));
  for (const file of inputs) hash.update(file).update(readFileSync(file));
  const digest = hash.digest('hex');
  const stamp = `${STAMPS}/${name}`;
  if ([output].flat().every((file) => existsSync(file)) && existsSync(stamp) && readFileSync(stamp, 'utf8') === digest) return;
  await run();
  mkdirSync(STAMPS, { recursive: true });
  writeFileSync(stamp, digest);
}

async function inTurn(items, work) {
  for (const item of items) await work(item);
}

function node(args, environment = {}) {
  return promisify(execFile)(process.execPath, args, { env: { ...process.env, ...environment } }).catch((error) => {
    process.stderr.write(`${error.stdout}${error.stderr}`);
    process.exit(1);
  });
}
