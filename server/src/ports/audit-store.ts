/** Who did what; ids and codes only, never a name or an address. */
export interface AuditEvent {
  readonly tenantId: string | undefined
  /** `user:<id>`, `client`, `job`, `operator`, `administrator`, `provider`, `anonymous`. */
  readonly actor: string
  readonly action: string
  readonly subjectId?: string
  /** That of the request which brings it about, where none is given. */
  readonly requestId?: string
  readonly detail?: Readonly<Record<string, string | number | boolean>>
}

/** Append-only; the database dates each event. */
export interface AuditStore {
  append(event: AuditEvent): Promise<void>
  /** What an administrator did, once for each action and subject: what she was sent can be opened again and again. */
  appendOnce(event: AuditEvent & { readonly actor: 'administrator'; readonly subjectId: string }): Promise<void>
}
