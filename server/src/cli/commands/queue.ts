import { z } from 'zod'
import type { QueuedJob } from '../../ports/job-queue.ts'
import type { Administration } from '../administration.ts'
import { type Answer, type Command, checked, everything, moment, Refused, table, type Values } from '../command.ts'
import { slug, tenantOf } from './tenants.ts'

const PAGE = 500

/** Jobs whose work is owed to an event: the outbox queues them again. */
const OF_EVENTS = new Set(['reconcile_event', 'mirror_booking', 'remove_former_event'])

const Wanted = z.object({ tenant: slug.optional(), failed: z.boolean().default(false) })

const all = (administration: Administration, wanted: Parameters<Administration['jobQueue']['list']>[0]) =>
  everything<QueuedJob>((last) => administration.jobQueue.list(wanted, last?.id, PAGE))

async function list(values: Values, administration: Administration): Promise<Answer> {
  const { tenant, failed } = checked(Wanted, values)
  const tenantId = tenant === undefined ? undefined : (await tenantOf(administration, tenant)).id
  const jobs = await all(administration, { tenantId, ...(failed && { state: 'failed' }) })
  const rows = jobs.map(({ id, task, state, runAt, attempts, maxAttempts, subject, lastError }) => {
    const tries = `${attempts}/${maxAttempts}`
    return [id, task, state, moment(runAt), tries, subject ?? '-', lastError ?? '-']
  })
  return { data: jobs, lines: table(['JOB', 'TASK', 'STATE', 'RUNS AT', 'TRIES', 'ABOUT', 'LAST ERROR'], rows) }
}

const Job = z.object({
  job: z
    .string()
    .regex(
      /^(\d{1,18}|failed)$/,
      'a job is its number, as in queue list, or the word failed for all that have failed for good',
    ),
})

async function jobsOf(values: Values, administration: Administration): Promise<readonly QueuedJob[]> {
  const { job } = checked(Job, values)
  if (job === 'failed') return all(administration, { state: 'failed' })
  const found = await administration.jobQueue.byId(job)
  if (found === undefined) throw new Refused(`there is no job ${job}: it may be done. See queue list`)
  if (found.state === 'running') throw new Refused(`job ${job} is running: wait until it has ended`)
  return [found]
}

async function retry(values: Values, administration: Administration): Promise<Answer> {
  const jobs = await jobsOf(values, administration)
  const ids = jobs.map(({ id }) => id)
  const retried = await administration.jobQueue.retry(ids, 'operator')
  return { data: { retried }, lines: [`Due now, with all their tries: ${retried.join(', ') || 'none'}.`] }
}

async function drop(values: Values, administration: Administration): Promise<Answer> {
  const jobs = await jobsOf(values, administration)
  const ids = jobs.map(({ id }) => id)
  const dropped = await administration.jobQueue.drop(ids, 'operator')
  const owed = jobs.some(({ id, task }) => dropped.includes(id) && OF_EVENTS.has(task))
  const again = owed
    ? ['What was to be written to a calendar, or removed, is still owed: it is queued again within two minutes.']
    : []
  return { data: { dropped, queuedAgain: owed }, lines: [`Dropped: ${dropped.join(', ') || 'none'}.`, ...again] }
}

export const QUEUE_COMMANDS: readonly Command[] = [
  {
    name: 'queue list',
    says: 'The jobs that are queued, those that have failed for good included.',
    options: {
      tenant: { type: 'string', value: 'S', says: 'Those of this practice’s events alone' },
      failed: { type: 'boolean', says: 'Those alone that have failed for good' },
    },
    run: list,
  },
  {
    name: 'queue retry',
    takes: ['job'],
    says: 'Makes a job due at once, with all its tries; with the word failed, all that have failed for good.',
    run: retry,
  },
  {
    name: 'queue drop',
    takes: ['job'],
    says: 'Takes a job out of the queue, or all that have failed for good. No event is lost by it: what is owed is queued again.',
    run: drop,
  },
]
