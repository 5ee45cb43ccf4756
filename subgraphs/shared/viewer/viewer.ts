/** The roles of a user in the organization. A PLATFORM_ADMIN also edits the catalogue, which all organizations read. */
export type Role = 'MEMBER' | 'ADMIN' | 'PLATFORM_ADMIN';

/** The user on whose behalf a request is made, authenticated by an API key or a session token. Ids are UUIDs. */
export interface Viewer {
  readonly organizationId: string;
  readonly userId: string;
  readonly roles: readonly Role[];
  /** The scopes of the credential. An empty list means that it is not limited. */
  readonly scopes: readonly string[];
}

export const hasRole = (viewer: Viewer, role: Role): boolean => viewer.roles.includes(role);
