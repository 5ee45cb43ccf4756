import type { FastifyInstance } from 'fastify';
import type { DatasetsStores } from './context.js';
import { HttpError } from '../shared/server/http-error.js';
import type { Viewer } from '../shared/viewer/viewer.js';
import { contentDisposition } from './stored-file/stored-file.rules.js';
import type { FilePurpose } from './file-url/file-urls.js';
import type { Files } from './files.js';

interface TokenRoute {
  Params: { token: string };
}

const NO_USER_ID = '00000000-0000-0000-0000-000000000000';

/** Adds the routes of signed URLs: `PUT /uploads/:token` receives the bytes of an upload, `GET /files/:token` sends those of a file. */
export function fileRoutes(server: FastifyInstance, { urls }: Files, storesOf: (viewer: Viewer) => DatasetsStores): void {
  /** Returns the stores of the organization in a URL, and the id in it. The user is unknown, and these routes do not need one. */
  const storesFor = (purpose: FilePurpose, token: string) => {
    const { orgId, id } = urls.verify(purpose, token);
    return { id, ...storesOf({ organizationId: orgId, userId: NO_USER_ID, roles: [], scopes: [] }) };
  };

  server.put<TokenRoute>('/uploads/:token', { config: { hasStreamBody: true } }, async ({ params, headers, raw }) => {
    const { id, fileUploads } = storesFor('uploads', params.token);
    const { byteSize } = await fileUploads.receive(id, headers, raw.iterator({ destroyOnReturn: false }));
    return { upload: { id, byteSize: Number(byteSize) } };
  });

  server.get<TokenRoute>('/files/:token', { exposeHeadRoute: false }, async ({ params }, reply) => {
    const { id, storedFiles } = storesFor('files', params.token);
    const file = await storedFiles.byId(id);
    const bytes = file && (await storedFiles.open(file));
    if (!bytes) throw new HttpError(404, 'This file was deleted.');
    return reply
      .header('content-type', file.mimeType)
      .header('content-length', String(file.byteSize))
      .header('content-disposition', contentDisposition(file.filename))
      .header('x-content-type-options', 'nosniff')
      .header('cache-control', 'private, no-store')
      .send(bytes);
  });
}
