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

/** The input of `fileUploadCreate` for these bytes. */
export const uploadInput = (bytes: Uint8Array | string, rest: object = {}) => ({
  filename: 'rows.csv',
  contentType: 'text/csv',
  byteSize: Buffer.byteLength(bytes),
  sha256: createHash('sha256').update(bytes).digest('hex'),
  ...rest,
});

export async function createUpload(
  subgraph: RunningSubgraph,
  viewer: Viewer,
  bytes: Uint8Array | string,
  rest: object = {},
): Promise<Upload> {
  const { data } = await subgraph.execute(viewer, FILE_UPLOAD_CREATE, { input: uploadInput(bytes, rest) });
  expect(data.fileUploadCreate.userErrors).toEqual([]);
  return data.fileUploadCreate.upload;
}

export interface StreamResponse {
  status: number;
  /** The error code of a refused request. */
  code?: string;
}

/** The headers with the gateway's signature for a stream request. */
export const streamHeaders = (subgraph: RunningSubgraph, method: string, path: string): Record<string, string> =>
  sign('datasets', subgraph.key, { requestId: 'test', viewer: null }, requestLine(method, path));

/** Sends bytes to the URL of an upload, as the gateway passes them on. */
export async function deliver(
  subgraph: RunningSubgraph,
  path: string,
  body: Uint8Array | string | ReadableStream,
  headers: Record<string, string> = {},
): Promise<StreamResponse> {
  const response = await fetch(new URL(path, subgraph.url), {
    method: 'PUT',
    headers: { 'content-type': 'text/csv', ...streamHeaders(subgraph, 'PUT', path), ...headers },
    body: body as never,
    ...(body instanceof ReadableStream && { duplex: 'half' }),
  } as RequestInit);
  const content = (await response.json()) as { errors?: { extensions: { code: string } }[] };
  return { status: response.status, ...(content.errors && { code: content.errors[0]!.extensions.code }) };
}

/** Creates an upload and sends its bytes; returns the id of the upload. */
export async function upload(subgraph: RunningSubgraph, viewer: Viewer, bytes: Uint8Array | string, rest: object = {}): Promise<string> {
  const { id, url, headers } = await createUpload(subgraph, viewer, bytes, rest);
  const sent = Object.fromEntries(headers.map(({ name, value }) => [name.toLowerCase(), value]));
  expect(await deliver(subgraph, url, bytes, sent)).toEqual({ status: 200 });
  return id;
}

/** Requests the URL of a file. */
export const download = (subgraph: RunningSubgraph, path: string): Promise<Response> =>
  fetch(new URL(path, subgraph.url), { headers: streamHeaders(subgraph, 'GET', path) });
