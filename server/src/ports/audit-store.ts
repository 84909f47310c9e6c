/** Who did what, when; ids and codes only. Append-only. */
export interface AuditEvent {
  readonly tenantId: string | undefined
  /** `user:<id>`, `client`, `job`, `operator`, `administrator`, `provider`, `anonymous`. */
  readonly actor: string
  readonly action: string
  readonly subjectId?: string
  readonly requestId?: string
  readonly detail?: Readonly<Record<string, string | number | boolean>>
}

export interface AuditStore {
  append(event: AuditEvent): Promise<void>
}
