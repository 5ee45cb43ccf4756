import type { Role, Viewer } from '../../shared/viewer/viewer.js';
import type { User } from '../generated/prisma/client.js';

/** What of a user's row decides what the user may do. */
export type Standing = Pick<User, 'orgId' | 'id' | 'role' | 'isPlatformAdmin' | 'isActive'>;

/** Who a user is to all subgraphs. Every role of the row is named, so that nobody has to know which includes which. */
export const viewerOf = (user: Standing, scopes: readonly string[]): Viewer => ({
  organizationId: user.orgId,
  userId: user.id,
  roles: rolesOf(user),
  scopes,
});

const rolesOf = ({ role, isPlatformAdmin }: Standing): Role[] => [
  'MEMBER',
  ...(role === 'ADMIN' ? (['ADMIN'] as const) : []),
  ...(isPlatformAdmin ? (['PLATFORM_ADMIN'] as const) : []),
];
