import type { FastifyInstance } from 'fastify';
import type { DatasetsStores } from '../context.js';
import { HttpError } from '../../shared/server/http-error.js';
import type { Viewer } from '../../shared/viewer/viewer.js';
import { contentDisposition } from '../stored-file/stored-file.rules.js';
import type { FilePurpose } from './file-urls.js';
import type { Files } from '../files.js';

interface TokenRoute {
  Params: { token: string };
}

const NOBODY = '00000000-0000-0000-0000-000000000000';

/** The addresses that signed URLs lead to: where the bytes of uploads come, and those of stored files go. */
export function fileRoutes(server: FastifyInstance, { urls }: Files, storesOf: (viewer: Viewer) => DatasetsStores): void {
  /** The stores of the organization that a URL is about. Who holds it is not known, and nothing here asks. */
  const referred = (purpose: FilePurpose, token: string) => {
    const { orgId, id } = urls.verify(purpose, token);
    return { id, ...storesOf({ organizationId: orgId, userId: NOBODY, roles: [], scopes: [] }) };
  };

  server.put<TokenRoute>('/uploads/:token', { config: { hasStreamBody: true } }, async ({ params, headers, raw }) => {
    const { id, fileUploads } = referred('uploads', params.token);
    const { byteSize } = await fileUploads.receive(id, headers, raw.iterator({ destroyOnReturn: false }));
    return { upload: { id, byteSize: Number(byteSize) } };
  });

  server.get<TokenRoute>('/files/:token', { exposeHeadRoute: false }, async ({ params }, reply) => {
    const { id, storedFiles } = referred('files', params.token);
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
