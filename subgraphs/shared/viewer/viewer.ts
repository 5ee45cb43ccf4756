/** What a user may do in the organization; a platform administrator also writes the catalogue that all read. */
export type Role = 'MEMBER' | 'ADMIN' | 'PLATFORM_ADMIN';

/** Who asks: a user of one organization, however they proved it. Ids are UUIDs. */
export interface Viewer {
  readonly organizationId: string;
  readonly userId: string;
  readonly roles: readonly Role[];
  /** What the credential is limited to; an empty list is no limit. */
  readonly scopes: readonly string[];
}

export const hasRole = (viewer: Viewer, role: Role): boolean => viewer.roles.includes(role);
