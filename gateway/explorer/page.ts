// The explorer in the browser: GraphiQL with the sample operations as tabs. Bundled by build.js.
import { GraphiQL } from 'graphiql';
import 'graphiql/style.css';
import { createElement } from 'react';
import { createRoot } from 'react-dom/client';
import { explorerFetcher } from './fetcher.js';

interface Sample {
  query: string;
  variables: string;
}

/** The files of the workers of the editor. build.js replaces this name. */
declare const WORKERS: Readonly<Record<string, string>>;
Object.assign(globalThis, {
  MonacoEnvironment: {
    getWorker: (_: string, label: string) => new Worker(`/explorer/${WORKERS[label] ?? WORKERS.editor}`, { type: 'module' }),
  },
});

const STORAGE_KEY = 'api-key';

/** Returns the API key from the fragment of the address, which browsers do not send. It is kept until the tab is closed. */
function apiKey(): string | null {
  const given = new URLSearchParams(location.hash.slice(1)).get('key');
  if (given) {
    sessionStorage.setItem(STORAGE_KEY, given);
    history.replaceState(null, '', location.pathname);
  }
  return sessionStorage.getItem(STORAGE_KEY);
}

/**
 * Adds a link to Apollo Sandbox with this graph, if Apollo Sandbox is reachable. The API key is not part of the link, because
 * addresses end up in histories and logs.
 */
async function offerSandbox(): Promise<void> {
  const address = new URL('https://studio.apollographql.com/sandbox/explorer');
  await fetch(address, { mode: 'no-cors', signal: AbortSignal.timeout(3000) });
  address.searchParams.set('endpoint', new URL('/graphql', location.href).href);
  const link = Object.assign(document.createElement('a'), {
    href: address.href,
    target: '_blank',
    rel: 'noreferrer',
    textContent: 'Open in Apollo Sandbox',
    id: 'sandbox',
  });
  document.body.append(link);
}

const key = apiKey();
const headers = JSON.stringify(key ? { authorization: `Bearer ${key}` } : {}, null, 2);
const samples = (await (await fetch('/explorer/samples.json')).json()) as Sample[];
const defaultTabs = samples.map((sample) => ({ ...sample, headers }));
const fetcher = explorerFetcher('/graphql', key ? { authorization: `Bearer ${key}` } : {});

createRoot(document.getElementById('explorer')!).render(
  createElement(GraphiQL, {
    fetcher,
    defaultTabs,
    initialHeaders: headers,
    defaultHeaders: headers,
    defaultEditorToolsVisibility: 'headers',
    shouldPersistHeaders: false,
  }),
);
offerSandbox().catch(() => console.info('Apollo Sandbox is not reachable.'));
