/** A part of a practice's export, ready for JSON: no token, no hash and no key is in it. */
export type ExportedPart = Readonly<Record<string, unknown>>

/** What is kept of a practice as a whole, but for its bookings and its audit, which come in pages. */
export interface ExportedTenant {
  readonly practice: ExportedPart
  readonly users: readonly ExportedPart[]
  readonly services: readonly ExportedPart[]
  readonly workingHours: readonly ExportedPart[]
  /** Accounts at calendar providers, those that were given up among them. */
  readonly accounts: readonly ExportedPart[]
}

/** Of the row to go on after. */
export interface ExportCursor {
  readonly at: Date
  readonly id: string
}

/** One page of rows in the order of their moments, and where to go on; undefined after the last. */
export interface ExportedPage {
  readonly rows: readonly ExportedPart[]
  readonly next: ExportCursor | undefined
}

/** Reads everything that is kept of a practice. Pages are read one after the other: what changes meanwhile may be in none. */
export interface TenantExport {
  /** Undefined where there is no such tenant. */
  whole(tenantId: string): Promise<ExportedTenant | undefined>
  bookings(tenantId: string, after: ExportCursor | undefined, limit: number): Promise<ExportedPage>
  audit(tenantId: string, after: ExportCursor | undefined, limit: number): Promise<ExportedPage>
}
