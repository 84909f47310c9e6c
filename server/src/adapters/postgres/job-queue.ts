import { z } from 'zod'
import type { JobQueue, QueuedJob } from '../../ports/job-queue.ts'
import type { Database, Transaction } from './client.ts'
import { guarded } from './database-errors.ts'
import { Prisma } from './generated/client.ts'

/** A job of a process that has crashed is taken up by others after this time; until then the job library calls it locked. */
const STATE = Prisma.sql`CASE
  WHEN j.locked_at > clock_timestamp() - interval '4 hours' THEN 'running'
  WHEN j.attempts >= j.max_attempts THEN 'failed'
  WHEN j.run_at > clock_timestamp() THEN 'waiting' ELSE 'due' END`

/** The flag of an outbox job names its tenant. */
const TENANT = Prisma.sql`(SELECT split_part(flag, ':', 2) FROM jsonb_object_keys(j.flags) AS flag
  WHERE flag LIKE 'tenant:%' OR flag LIKE 'former:%' LIMIT 1)`

const Rows = z.array(
  z.object({
    id: z.string(),
    task: z.string(),
    state: z.enum(['running', 'due', 'waiting', 'failed']),
    tenantId: z.string().nullable(),
    subject: z.string().nullable(),
    runAt: z.date(),
    attempts: z.number(),
    maxAttempts: z.number(),
    lastError: z.string().nullable(),
  }),
)

const Changed = z.array(z.object({ id: z.string() }))

const isJobId = (text: string): boolean => /^\d{1,18}$/.test(text)

/** By the view and the functions that graphile-worker documents for administration. */
export function createJobQueue(database: Database): JobQueue {
  const read = async (where: Prisma.Sql, limit: number): Promise<QueuedJob[]> => {
    const rows = await database.$queryRaw`
      SELECT * FROM (
        SELECT j.id::text, j.id AS place, j.task_identifier AS task, ${STATE} AS state, ${TENANT} AS "tenantId",
          split_part(j.key, ':', 2) AS subject, j.run_at AS "runAt", j.attempts::int, j.max_attempts::int AS "maxAttempts",
          substring(j.last_error FROM '^[A-Za-z]*Error\\M') AS "lastError"
        FROM graphile_worker.jobs j
      ) AS job WHERE ${where} ORDER BY place LIMIT ${limit}`
    return Rows.parse(rows).map(({ tenantId, subject, lastError, ...row }) => ({
      ...row,
      tenantId: tenantId ?? undefined,
      subject: subject || undefined,
      lastError: lastError ?? undefined,
    }))
  }

  const change = (
    ids: readonly string[],
    { action, actor }: { readonly action: string; readonly actor: string },
    work: (transaction: Transaction, ids: readonly bigint[]) => Promise<unknown>,
  ): Promise<readonly string[]> =>
    database.$transaction(async (transaction) => {
      const given = ids.filter(isJobId).map(BigInt)
      // Before the work: a job that is dropped is no longer there to be audited.
      const audited = await transaction.$queryRaw`
        SELECT j.id::text, j.task_identifier AS task, ${TENANT} AS "tenantId"
        FROM graphile_worker.jobs j WHERE j.id = ANY (${given}::bigint[])`
      const known = new Map(Known.parse(audited).map((job) => [job.id, job]))
      const changed = Changed.parse(await work(transaction, given)).map(({ id }) => id)
      await transaction.auditEvent.createMany({
        data: changed.map((id) => {
          const job = known.get(id)
          return { tenantId: job?.tenantId ?? null, actor, action, subjectId: id, detail: { task: job?.task ?? '' } }
        }),
      })
      return changed
    })

  return guarded<JobQueue>({
    list: ({ tenantId, state }, afterId, limit) =>
      read(
        Prisma.sql`place > ${BigInt(afterId ?? 0)} AND (${state ?? null}::text IS NULL OR state = ${state ?? null}::text)
          AND (${tenantId ?? null}::text IS NULL OR "tenantId" = ${tenantId ?? null}::text)`,
        limit,
      ),

    async byId(id) {
      return isJobId(id) ? (await read(Prisma.sql`place = ${BigInt(id)}`, 1))[0] : undefined
    },

    retry: (ids, actor) =>
      change(
        ids,
        { action: 'job_retried', actor },
        (transaction, given) => transaction.$queryRaw`
        SELECT id::text FROM graphile_worker.reschedule_jobs(${given}::bigint[], run_at => clock_timestamp(), attempts => 0)`,
      ),

    drop: (ids, actor) =>
      change(
        ids,
        { action: 'job_dropped', actor },
        (transaction, given) => transaction.$queryRaw`
        SELECT id::text FROM graphile_worker.complete_jobs(${given}::bigint[])`,
      ),
  })
}

const Known = z.array(z.object({ id: z.string(), task: z.string(), tenantId: z.string().nullable() }))
