import type { GraphClient } from '../../samples/graph-client.js';
import { GENEROUS_MS } from '../kit/eventually.js';
import { SESSION_UPDATED } from './operations.js';
import { createSession, type Platform } from './platform.js';

/** The functions that a client calls for the events of a subscription. */
export interface Listener {
  next(title: string | undefined): void;
  error(error: unknown): void;
}

/** Subscribes to a chat session with a client, and returns the function that ends the subscription. */
export type Subscribe = (query: string, variables: { id: string }, listener: Listener) => () => void;

export interface Subscriber {
  subscribe: Subscribe;
  close?(): void | Promise<void>;
}

/** Tests one way of a client to subscribe. */
export function subscriptionCases(way: string, platform: () => Platform, open: (platform: Platform) => Subscriber): void {
  it(`receives the events of a subscription${way && ` ${way}`}`, async () => {
    const { subscribe, close } = open(platform());
    expect(await followSession(platform(), subscribe)).toEqual(['first', 'second']);
    await close?.();
  });

  it(`receives the code of the error of a subscription${way && ` ${way}`}`, async () => {
    const { subscribe, close } = open(platform());
    expect(await codeOfDeletedSession(platform(), subscribe)).toBe('NOT_FOUND');
    await close?.();
  });
}

/** Creates a chat session, subscribes to it, changes its title after the first event, and returns the titles of the first two events. */
async function followSession({ graph }: Platform, subscribe: Subscribe): Promise<string[]> {
  const id = await createSession(graph, 'first');
  const titles: string[] = [];
  return subscribed<string[]>(subscribe, id, (resolve, reject) => ({
    error: reject,
    next(title) {
      if (title === undefined) return reject(new Error('An event has no title.'));
      titles.push(title);
      if (titles.length === 2) resolve(titles);
      else renameSession(graph, id, 'second').catch(reject);
    },
  }));
}

/** Subscribes to a chat session that was deleted, and returns the code of the error. */
async function codeOfDeletedSession({ graph }: Platform, subscribe: Subscribe): Promise<unknown> {
  const id = await createSession(graph, 'deleted');
  await graph.run('mutation ($id: ID!) { chatSessionDelete(input: { id: $id, files: DELETE_EXCLUSIVE }) { userErrors { message } } }', {
    id,
  });
  return subscribed(subscribe, id, (resolve, reject) => ({
    next: (title) => reject(new Error(`The deleted session has the title ${title}.`)),
    error: (error) => resolve(codeOf(error)),
  }));
}

/** Subscribes until the listener has resolved or rejected, and at most for `GENEROUS_MS`. */
async function subscribed<Result>(
  subscribe: Subscribe,
  id: string,
  listener: (resolve: (result: Result) => void, reject: (error: unknown) => void) => Listener,
): Promise<Result> {
  let unsubscribe = (): void => undefined;
  let timer: NodeJS.Timeout | undefined;
  try {
    return await new Promise<Result>((resolve, reject) => {
      timer = setTimeout(() => reject(new Error('The subscription did not send what the test waits for.')), GENEROUS_MS);
      unsubscribe = subscribe(SESSION_UPDATED, { id }, listener(resolve, reject));
    });
  } finally {
    clearTimeout(timer);
    unsubscribe();
  }
}

interface GraphQLErrors {
  /** Of Apollo Client. */
  errors?: { extensions?: { code?: unknown } }[];
  /** Of urql. */
  graphQLErrors?: GraphQLErrors['errors'];
  /** Of Relay. */
  source?: GraphQLErrors;
}

/** Returns the code of the first GraphQL error in an error of a client. Throws the error if it has no GraphQL errors. */
export function codeOf(error: unknown): unknown {
  const { errors, graphQLErrors, source } = error as GraphQLErrors;
  const all = Array.isArray(error) ? (error as GraphQLErrors['errors']) : (errors ?? graphQLErrors ?? source?.errors);
  if (!all?.[0]) throw error;
  return all[0].extensions?.code;
}

const renameSession = (graph: GraphClient, id: string, title: string) =>
  graph.run('mutation ($id: ID!, $title: String) { chatSessionUpdate(input: { id: $id, title: $title }) { userErrors { message } } }', {
    id,
    title,
  });
