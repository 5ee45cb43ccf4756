import { createHash } from 'node:crypto';
import { requestLine, sign } from '../../../subgraphs/shared/viewer/signature.js';
import type { Viewer } from '../../../subgraphs/shared/viewer/viewer.js';
import { graphql } from '../../kit/documents/datasets.js';
import type { RunningSubgraph } from '../../kit/subgraph.js';

export const FILE_UPLOAD_CREATE = graphql(`
  mutation ($input: FileUploadCreateInput!) {
    fileUploadCreate(input: $input) {
      upload {
        id
        url
        headers {
          name
          value
        }
        expiresAt
      }
      userErrors {
        code
        field
        message
      }
    }
  }
`);

export interface Upload {
  id: string;
  url: string;
  headers: { name: string; value: string }[];
  expiresAt: string;
}

/** What announces these bytes. */
export const announcement = (bytes: Uint8Array | string, rest: object = {}) => ({
  filename: 'rows.csv',
  contentType: 'text/csv',
  byteSize: Buffer.byteLength(bytes),
  sha256: createHash('sha256').update(bytes).digest('hex'),
  ...rest,
});

export async function announce(subgraph: RunningSubgraph, viewer: Viewer, bytes: Uint8Array | string, rest: object = {}): Promise<Upload> {
  const { data } = await subgraph.execute(viewer, FILE_UPLOAD_CREATE, { input: announcement(bytes, rest) });
  expect(data.fileUploadCreate.userErrors).toEqual([]);
  return data.fileUploadCreate.upload;
}

export interface Answered {
  status: number;
  /** The code of a refusal. */
  code?: string;
}

/** The headers that make a request for a stream the gateway's. */
export const streamHeaders = (subgraph: RunningSubgraph, method: string, path: string): Record<string, string> =>
  sign('datasets', subgraph.key, { requestId: 'test', viewer: null }, requestLine(method, path));

/** Sends bytes to the URL of an upload, as the gateway passes them on. */
export async function deliver(
  subgraph: RunningSubgraph,
  path: string,
  body: Uint8Array | string | ReadableStream,
  headers: Record<string, string> = {},
): Promise<Answered> {
  const response = await fetch(new URL(path, subgraph.url), {
    method: 'PUT',
    headers: { 'content-type': 'text/csv', ...streamHeaders(subgraph, 'PUT', path), ...headers },
    body: body as never,
    ...(body instanceof ReadableStream && { duplex: 'half' }),
  } as RequestInit);
  const answer = (await response.json()) as { errors?: { extensions: { code: string } }[] };
  return { status: response.status, ...(answer.errors && { code: answer.errors[0]!.extensions.code }) };
}

/** Announces and sends bytes; answers the upload's id. */
export async function upload(subgraph: RunningSubgraph, viewer: Viewer, bytes: Uint8Array | string, rest: object = {}): Promise<string> {
  const { id, url, headers } = await announce(subgraph, viewer, bytes, rest);
  const sent = Object.fromEntries(headers.map(({ name, value }) => [name.toLowerCase(), value]));
  expect(await deliver(subgraph, url, bytes, sent)).toEqual({ status: 200 });
  return id;
}

/** Reads what is at the URL of a file. */
export const download = (subgraph: RunningSubgraph, path: string): Promise<Response> =>
  fetch(new URL(path, subgraph.url), { headers: streamHeaders(subgraph, 'GET', path) });
