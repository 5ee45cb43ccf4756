import { getOperationAST, Kind, parse, type DocumentNode } from 'graphql';
import { isObject } from '../json.js';
import { sha256Hex } from '../../subgraphs/shared/digest/sha256.js';

/** A document that clients may request by its id. */
export interface ManifestDocument {
  id: string;
  /** Names the document in messages: `operation "Tasks" (id 3f2a…)`. */
  title: string;
  /** The text of the document. */
  query: string;
  document: DocumentNode;
}

/** The documents of a manifest that have no fault, and the faults of the others. */
export interface Manifest {
  documents: ManifestDocument[];
  faults: string[];
}

/** An entry of a manifest before it is checked. */
interface Entry {
  id: unknown;
  name?: unknown;
  body: unknown;
}

const APOLLO_FORMAT = 'apollo-persisted-query-manifest';
const SHA256 = /^[0-9a-f]{64}$/i;
/** The largest number of characters of an id that a message shows. */
const MAX_SHOWN = 64;

/**
 * Reads a manifest of trusted documents: that of Apollo (`apollo-persisted-query-manifest`, version 1) or that of Relay, which is
 * an object of documents by their ids. An id of 64 hexadecimal digits must be the SHA-256 of its document.
 */
export function readManifest(text: string): Manifest {
  const faults: string[] = [];
  const documents = new Map<string, ManifestDocument>();
  for (const [index, entry] of entriesOf(text, faults).entries()) {
    const document = readEntry(entry, index, faults);
    if (!document) continue;
    if (documents.has(document.id)) faults.push(`${document.title}: another document has the same id. Every id must be unique`);
    else documents.set(document.id, document);
  }
  return { documents: [...documents.values()], faults };
}

function entriesOf(text: string, faults: string[]): Entry[] {
  let manifest: unknown;
  try {
    manifest = JSON.parse(text);
  } catch (error) {
    faults.push(`the file is not JSON: ${(error as Error).message}`);
    return [];
  }
  if (isObject(manifest) && ('format' in manifest || Array.isArray(manifest.operations))) return apolloEntries(manifest, faults);
  if (isObject(manifest) && Object.values(manifest).every((body) => typeof body === 'string')) return relayEntries(text);
  faults.push(
    'the file is neither a manifest of Apollo nor one of Relay: expected {"format", "version", "operations"} or {"<id>": "<document>"}',
  );
  return [];
}

function apolloEntries({ format, version, operations }: Record<string, unknown>, faults: string[]): Entry[] {
  if (format !== APOLLO_FORMAT) faults.push(`format must be "${APOLLO_FORMAT}"; got ${JSON.stringify(format) ?? 'nothing'}`);
  if (version !== 1) faults.push(`version must be 1; got ${JSON.stringify(version) ?? 'nothing'}`);
  if (!Array.isArray(operations)) faults.push('operations must be a list');
  return Array.isArray(operations)
    ? operations.map((entry: unknown) => (isObject(entry) ? (entry as unknown as Entry) : { id: null, body: null }))
    : [];
}

/** Returns the entries of an object of strings. It reads the text, because JSON.parse keeps only the last of equal keys. */
function relayEntries(text: string): Entry[] {
  const strings = (text.match(/"(?:[^"\\]|\\.)*"/g) ?? []).map((string) => JSON.parse(string) as string);
  return strings.flatMap((id, index) => (index % 2 === 0 ? [{ id, body: strings[index + 1] }] : []));
}

function readEntry({ id, name, body }: Entry, index: number, faults: string[]): ManifestDocument | null {
  const where = `operation ${index + 1}`;
  if (typeof id !== 'string' || id === '') faults.push(`${where}: id must be a text`);
  if (typeof body !== 'string' || body === '') faults.push(`${where}: body must be the text of a document`);
  if (typeof id !== 'string' || id === '' || typeof body !== 'string' || body === '') return null;
  const key = SHA256.test(id) ? id.toLowerCase() : id;
  const document = parseBody(body);
  const title = titleOf(id, typeof name === 'string' ? name : document instanceof Error ? undefined : nameOf(document));
  if (document instanceof Error) faults.push(`${title}: ${document.message}`);
  if (SHA256.test(id) && sha256Hex(body) !== key)
    faults.push(`${title}: the id is not the SHA-256 of the document, which is ${sha256Hex(body)}`);
  if (document instanceof Error) return null;
  if (!document.definitions.some(({ kind }) => kind === Kind.OPERATION_DEFINITION)) faults.push(`${title}: the document has no operation`);
  else if (typeof name === 'string' && !getOperationAST(document, name))
    faults.push(`${title}: the document has no operation of this name`);
  return { id: key, title, query: body, document };
}

const titleOf = (id: string, name: string | undefined): string =>
  `${name === undefined ? 'document' : `operation "${name}"`} (id ${id.length > MAX_SHOWN ? `${id.slice(0, MAX_SHOWN)}…` : id})`;

/** Returns the name of the first operation that has one. */
function nameOf({ definitions }: DocumentNode): string | undefined {
  for (const node of definitions) if (node.kind === Kind.OPERATION_DEFINITION && node.name) return node.name.value;
  return undefined;
}

function parseBody(body: string): DocumentNode | Error {
  try {
    return parse(body);
  } catch (error) {
    return error as Error;
  }
}
