import { execFileSync } from 'node:child_process';
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import {
  commitMutation,
  Environment,
  fetchQuery,
  Network,
  Observable,
  RecordSource,
  requestSubscription,
  Store,
  type GraphQLTaggedNode,
  type OperationType,
} from 'relay-runtime';
import { socketClient } from '../kit/websocket.js';
import {
  namesOf,
  namesOfTwoPages,
  PAGE,
  RENAME,
  SESSION,
  SESSION_UPDATED,
  type Datasets,
  type Session,
  type SessionUpdated,
} from './operations.js';
import { createSession, recordFetch, type Platform } from './platform.js';
import { subscriptionCases } from './subscription-cases.js';

const require = createRequire(import.meta.url);

/** Relay wants names that begin with the name of the module, and selects ids, cursors and the page by itself. */
const DOCUMENTS = {
  Datasets: `query relayDatasetsQuery($first: Int, $after: String) {
    datasets(first: $first, after: $after, orderBy: { field: NAME, direction: ASC }) @connection(key: "relay_datasets") {
      edges { node { name } }
      pageInfo { endCursor }
    }
  }`,
  Session: SESSION.replace('query Session', 'query relaySessionQuery'),
  Rename: RENAME.replace('mutation Rename', 'mutation relayRenameMutation'),
  Updated: SESSION_UPDATED.replace('subscription SessionUpdated', 'subscription relayUpdatedSubscription'),
};

/** The documents of a Relay application, compiled. */
export interface CompiledRelay {
  /** The path of the manifest of the documents, each by its id. */
  manifest: string;
  artifact(name: `${string}${'Query' | 'Mutation' | 'Subscription'}`): GraphQLTaggedNode;
  remove(): void;
}

/** Compiles the documents with relay-compiler. */
export function compileRelay(): CompiledRelay {
  const folder = mkdtempSync(`${tmpdir()}/relay-`);
  const manifest = `${folder}/manifest.json`;
  for (const name of ['source', 'artifacts']) mkdirSync(`${folder}/${name}`);
  copyFileSync('gateway/public.graphql', `${folder}/schema.graphql`);
  writeFileSync(manifest, '{}');
  const source = Object.values(DOCUMENTS).map((document) => `graphql\`${document}\`;\n`);
  writeFileSync(`${folder}/source/relay.js`, source.join(''));
  const config = {
    src: './source',
    schema: './schema.graphql',
    artifactDirectory: './artifacts',
    language: 'javascript',
    eagerEsModules: false,
    persistConfig: { file: './manifest.json', algorithm: 'SHA256' },
  };
  writeFileSync(`${folder}/relay.config.json`, JSON.stringify(config));
  execFileSync(require('relay-compiler') as string, ['relay.config.json'], { cwd: folder, stdio: 'pipe' });
  return {
    manifest,
    artifact: (name) => require(`${folder}/artifacts/${name}.graphql.js`) as GraphQLTaggedNode,
    remove: () => rmSync(folder, { recursive: true }),
  };
}

/** Returns a Relay environment that requests documents by their ids, and the requests that it has sent. */
function open({ url, headers }: Platform) {
  const { fetch, sent } = recordFetch();
  const socket = socketClient(url, { connectionParams: headers });
  const network = Network.create(
    async ({ id }, variables) => {
      const body = JSON.stringify({ doc_id: id, variables });
      const response = await fetch(url, { method: 'POST', headers: { 'content-type': 'application/json', ...headers }, body });
      return response.json();
    },
    ({ id }, variables) =>
      Observable.create((sink) =>
        socket.subscribe({ query: '', extensions: { persistedQuery: { version: 1, sha256Hash: id } }, variables }, sink as never),
      ),
  );
  return { environment: new Environment({ network, store: new Store(new RecordSource()) }), socket, sent };
}

interface Query<Response> extends OperationType {
  response: Response;
}

export const relayCases = (platform: () => Platform, relay: () => CompiledRelay): void =>
  describe('Relay with the manifest of relay-compiler', () => {
    it('shows the change that a mutation returns in a query that its store has', async () => {
      const { environment, sent } = open(platform());
      const id = await createSession(platform().graph, 'old');
      const title = async () => {
        const loaded = fetchQuery<Query<Session>>(
          environment,
          relay().artifact('relaySessionQuery'),
          { id },
          { fetchPolicy: 'store-or-network' },
        );
        return (await loaded.toPromise())?.chatSession.title;
      };
      expect(await title()).toBe('old');
      await new Promise((onCompleted, onError) =>
        commitMutation(environment, {
          mutation: relay().artifact('relayRenameMutation'),
          variables: { id, title: 'new' },
          onCompleted,
          onError,
        }),
      );
      expect(await title()).toBe('new');
      expect(sent).toEqual([
        { method: 'POST', doc_id: expect.any(String) },
        { method: 'POST', doc_id: expect.any(String) },
      ]);
    });

    it('joins two pages of a connection in its store', async () => {
      const { environment } = open(platform());
      const load = (variables: object) =>
        fetchQuery<Query<Datasets>>(environment, relay().artifact('relayDatasetsQuery'), variables).toPromise();
      const first = await load({ first: PAGE });
      const both = await load({ first: PAGE, after: first!.datasets.pageInfo.endCursor });
      expect(namesOf(both)).toEqual(await namesOfTwoPages(platform().graph));
    });

    subscriptionCases('by WebSocket', platform, (started) => {
      const { environment, socket } = open(started);
      return {
        subscribe: (_, variables, { next, error }) =>
          requestSubscription<Query<SessionUpdated>>(environment, {
            subscription: relay().artifact('relayUpdatedSubscription'),
            variables,
            onNext: (data) => next(data?.chatSessionUpdated.title),
            onError: error,
          }).dispose,
        close: () => socket.dispose(),
      };
    });
  });
