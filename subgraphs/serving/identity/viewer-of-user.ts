import type { Role, Viewer } from '../../shared/viewer/viewer.js';
import type { User } from '../generated/prisma/client.js';

/** The columns of a user's row that determine the user's rights. */
export type UserAuthorization = Pick<User, 'orgId' | 'id' | 'role' | 'isPlatformAdmin' | 'isActive'>;

/** Builds the viewer that all subgraphs receive. Its roles are listed in full, so that no subgraph has to know which role includes another. */
export const viewerOfUser = (user: UserAuthorization, scopes: readonly string[]): Viewer => ({
  organizationId: user.orgId,
  userId: user.id,
  roles: rolesOf(user),
  scopes,
});

const rolesOf = ({ role, isPlatformAdmin }: UserAuthorization): Role[] => [
  'MEMBER',
  ...(role === 'ADMIN' ? (['ADMIN'] as const) : []),
  ...(isPlatformAdmin ? (['PLATFORM_ADMIN'] as const) : []),
];
