import { workFields } from '../../../concurrency/work-fields.ts'
import type { AuditEvent, AuditStore } from '../../../ports/audit-store.ts'
import type { Database, Transaction } from '../client.ts'
import { guarded } from '../database-errors.ts'

/** Of the request that brings this about; undefined in a job. */
export function currentRequestId(): string | undefined {
  const { requestId } = workFields()
  return typeof requestId === 'string' ? requestId : undefined
}

const rowOf = ({ tenantId, actor, action, subjectId, requestId = currentRequestId(), detail }: AuditEvent) => ({
  tenantId: tenantId ?? null,
  actor,
  action,
  ...(subjectId === undefined ? {} : { subjectId }),
  ...(requestId === undefined ? {} : { requestId }),
  ...(detail === undefined ? {} : { detail }),
})

/** Written in the transaction of the change that it records, so that there is one row for each change that happened. */
export async function recordAudit(transaction: Transaction, event: AuditEvent): Promise<void> {
  await transaction.auditEvent.create({ data: rowOf(event), select: { id: true } })
}

export const createAuditStore = (database: Database): AuditStore =>
  guarded<AuditStore>({
    append: (event) => recordAudit(database, event),
    async appendOnce(event) {
      // The unique index `audit_event_one_for_each_approval` says which row would be a second one.
      await database.auditEvent.createMany({ data: [rowOf(event)], skipDuplicates: true })
    },
  })
