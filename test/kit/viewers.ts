import { v7 as uuidv7 } from 'uuid';
import type { Role, Viewer } from '../../subgraphs/shared/viewer/viewer.js';

/** A user of an organization; of a new one where none is named, so that no test sees another's rows. */
export const aViewer = (roles: Role[] = ['MEMBER'], organizationId = uuidv7()): Viewer => ({
  organizationId,
  userId: uuidv7(),
  roles,
  scopes: [],
});

export const aMember = (organizationId?: string): Viewer => aViewer(['MEMBER'], organizationId);
export const anAdmin = (organizationId?: string): Viewer => aViewer(['MEMBER', 'ADMIN'], organizationId);
export const aPlatformAdmin = (organizationId?: string): Viewer => aViewer(['MEMBER', 'PLATFORM_ADMIN'], organizationId);
