import type { AuditStore } from '../ports/audit-store.ts'
import type { Clock } from '../ports/clock.ts'
import type { ExportCursor, ExportedPage, TenantExport } from '../ports/tenant-export.ts'

const PAGE = 500

/** Of the document's form: a reader that knows another one has to refuse it. */
export const EXPORT_FORMAT = { format: 'booking-tenant-export', version: 1 } as const

/**
 * Everything that is kept of a tenant, as the lines of one JSON document: none is longer than a row, however many bookings there
 * are. The audit has it before the first line. Yields nothing where there is no such tenant. Actor as in `AuditEvent`.
 */
export type ExportTenant = (tenantId: string, actor: string) => AsyncIterable<string>

export function createExportTenant(parts: {
  readonly tenantExport: TenantExport
  readonly audit: Pick<AuditStore, 'append'>
  readonly clock: Clock
}): ExportTenant {
  const { tenantExport, audit, clock } = parts

  async function* list(
    name: string,
    read: (after: ExportCursor | undefined) => Promise<ExportedPage>,
  ): AsyncIterable<string> {
    yield `,"${name}":[`
    let [after, comma]: [ExportCursor | undefined, string] = [undefined, '']
    do {
      const { rows, next }: ExportedPage = await read(after)
      for (const row of rows) {
        yield comma + JSON.stringify(row)
        comma = ','
      }
      after = next
    } while (after !== undefined)
    yield ']'
  }

  return async function* (tenantId, actor) {
    const whole = await tenantExport.whole(tenantId)
    if (whole === undefined) return
    await audit.append({ tenantId, actor, action: 'tenant_exported', subjectId: tenantId })
    const head = JSON.stringify({ ...EXPORT_FORMAT, exportedAt: clock.now(), ...whole })
    yield head.slice(0, -1)
    yield* list('bookings', (after) => tenantExport.bookings(tenantId, after, PAGE))
    yield* list('audit', (after) => tenantExport.audit(tenantId, after, PAGE))
    yield '}'
  }
}
