/** A user as an operator sees her. */
export interface AdministeredUser {
  readonly id: string
  readonly tenantId: string
  /** The tenant's slug. */
  readonly tenant: string
  readonly email: string
  readonly owner: boolean
  readonly disabledAt: Date | undefined
  readonly createdAt: Date
}

/** The audit keeps each change, in the same transaction; actor as in `AuditEvent`. */
export interface UserAdministration {
  /** Of one tenant, or all, in the order of their addresses, from the first after `afterEmail`, at most `limit`. */
  list(
    tenantId: string | undefined,
    afterEmail: string | undefined,
    limit: number,
  ): Promise<readonly AdministeredUser[]>
  /** Disabled users, and those of suspended tenants, as well. */
  byEmail(email: string): Promise<AdministeredUser | undefined>
  /** Undefined when the address is in use. */
  add(
    user: { readonly tenantId: string; readonly email: string; readonly passwordHash: string; readonly owner: boolean },
    actor: string,
  ): Promise<AdministeredUser | undefined>
  /** `only_owner`: nobody else of the tenant may connect its calendar. */
  changeRole(userId: string, owner: boolean, actor: string): Promise<'changed' | 'unchanged' | 'unknown' | 'only_owner'>
  /** Disabling ends her web sessions at every process. */
  disable(userId: string, now: Date, actor: string): Promise<'changed' | 'unchanged' | 'unknown'>
  enable(userId: string, actor: string): Promise<'changed' | 'unchanged' | 'unknown'>
}
