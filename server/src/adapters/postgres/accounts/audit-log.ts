import type { AuditEvent, AuditStore } from '../../../ports/audit-store.ts'
import type { Database, Transaction } from '../client.ts'
import { guarded } from '../database-errors.ts'

/** Written in the transaction of the change that it records, so that there is one row for each change that happened. */
export async function recordAudit(transaction: Transaction, event: AuditEvent): Promise<void> {
  await transaction.auditEvent.create({
    data: {
      tenantId: event.tenantId ?? null,
      actor: event.actor,
      action: event.action,
      ...(event.subjectId === undefined ? {} : { subjectId: event.subjectId }),
      ...(event.requestId === undefined ? {} : { requestId: event.requestId }),
      ...(event.detail === undefined ? {} : { detail: event.detail }),
    },
    select: { id: true },
  })
}

export const createAuditStore = (database: Database): AuditStore =>
  guarded<AuditStore>({ append: (event) => recordAudit(database, event) })
