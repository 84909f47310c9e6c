export interface User {
  readonly id: string
  readonly tenantId: string
  readonly email: string
  readonly passwordHash: string
  /** May connect and disconnect calendars. */
  readonly owner: boolean
}

export interface UserStore {
  /** Enabled users of tenants that are not suspended. */
  byEmail(email: string): Promise<User | undefined>
  byId(id: string): Promise<User | undefined>
}
