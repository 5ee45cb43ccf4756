// Bundles the explorer for the browser. Called by build.js.
import { readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { basename } from 'node:path';
import { promisify } from 'node:util';
import { brotliCompress, constants, gzip } from 'node:zlib';
import { build } from 'esbuild';

/**
 * Bundles the page into a folder. The editor and the formatter are chunks of their own, which the page loads when it needs them.
 * The names of all files contain the hash of their content, so that browsers can keep them for ever; index.html names the first ones.
 */
export async function bundleExplorer(folder) {
  rmSync(folder, { recursive: true, force: true });
  const workers = await bundleForBrowser(`${folder}/assets`, {
    'editor.worker': 'monaco-editor/esm/vs/editor/editor.worker.js',
    'json.worker': 'monaco-editor/esm/vs/language/json/json.worker.js',
    'graphql.worker': 'monaco-graphql/esm/graphql.worker.js',
  });
  const workerFiles = Object.fromEntries(workers.map((file) => [file.split('.')[0], file]));
  const files = await bundleForBrowser(`${folder}/assets`, { page: 'gateway/explorer/page.ts' }, { WORKERS: JSON.stringify(workerFiles) });
  // The styles of the page include those of its chunks, which esbuild also writes to files of their own.
  const [page] = files.filter((file) => /^page-.*\.js$/.test(file));
  const [styles] = files.filter((file) => /^page-.*\.css$/.test(file));
  for (const file of files) if (file.endsWith('.css') && file !== styles) rmSync(`${folder}/assets/${file}`);
  const html = readFileSync('gateway/explorer/index.html', 'utf8').replace('page.css', styles).replace('page.js', page);
  const texts = readdirSync(`${folder}/assets`).filter((file) => /\.(js|css|ttf)$/.test(file));
  await Promise.all(texts.map((file) => compressFile(`${folder}/assets/${file}`)));
  writeFileSync(`${folder}/index.html`, html);
}

/** Bundles programs for the browser and returns the names of the files that it writes. */
async function bundleForBrowser(outdir, entryPoints, names = {}) {
  const { metafile } = await build({
    entryPoints,
    outdir,
    bundle: true,
    splitting: true,
    minify: true,
    metafile: true,
    format: 'esm',
    target: 'es2022',
    entryNames: '[name]-[hash]',
    chunkNames: '[name]-[hash]',
    assetNames: '[name]-[hash]',
    loader: { '.ttf': 'file' },
    plugins: [fontFiles()],
    define: { 'process.env.NODE_ENV': '"production"', ...names },
    logLevel: 'error',
  });
  return Object.keys(metafile.outputs).map((file) => basename(file));
}

/** Writes fonts that are embedded in styles to files, so that a browser loads only those that it needs. */
function fontFiles() {
  const fonts = [];
  const setup = (build) => {
    build.onResolve({ filter: /^data:font\// }, ({ path }) => {
      const [, type, content] = /^data:font\/(\w+);base64,(.*)$/.exec(path);
      return { path: `font${fonts.push(content) - 1}.${type}`, namespace: 'font' };
    });
    build.onLoad({ filter: /./, namespace: 'font' }, ({ path }) => ({
      contents: Buffer.from(fonts[/\d+/.exec(path)[0]], 'base64'),
      loader: 'file',
    }));
  };
  return { name: 'font-files', setup };
}

/** Writes a file in the encodings br and gzip beside it. */
async function compressFile(file) {
  const content = readFileSync(file);
  const [br, gz] = await Promise.all([
    promisify(brotliCompress)(content, { params: { [constants.BROTLI_PARAM_QUALITY]: 9 } }),
    promisify(gzip)(content, { level: 9 }),
  ]);
  writeFileSync(`${file}.br`, br);
  writeFileSync(`${file}.gz`, gz);
}
