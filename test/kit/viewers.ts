import { v7 as uuidv7 } from 'uuid';
import type { Role, Viewer } from '../../subgraphs/shared/viewer/viewer.js';

/** Returns a user of an organization, by default of a new one, so that tests do not see each other's rows. */
export const aViewer = (roles: Role[] = ['MEMBER'], organizationId = uuidv7()): Viewer => ({
  organizationId,
  userId: uuidv7(),
  roles,
  scopes: [],
});

export const aMember = (organizationId?: string): Viewer => aViewer(['MEMBER'], organizationId);
export const anAdmin = (organizationId?: string): Viewer => aViewer(['MEMBER', 'ADMIN'], organizationId);
export const aPlatformAdmin = (organizationId?: string): Viewer => aViewer(['MEMBER', 'PLATFORM_ADMIN'], organizationId);
