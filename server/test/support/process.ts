import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import type { Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { Logger, runOnce } from 'graphile-worker'
import type { OpenDatabase } from '../../src/adapters/postgres/client.ts'
import { type JobServices, tasks } from '../../src/jobs/tasks.ts'
import type { Practice } from './practice.ts'
import { TUESDAY_9 } from './times.ts'

export interface Answer {
  readonly status: number
  readonly headers: Headers
  readonly body: Readonly<Record<string, unknown>>
}

/** One process: its own pool and its own memory, on the world's database. */
export interface Process {
  readonly origin: string
  readonly jobs: JobServices
  request(path: string, init?: RequestInit): Promise<Answer>
  slots(practice: Practice, query?: Readonly<Record<string, string>>): Promise<Answer>
  book(practice: Practice, request?: BookingRequest): Promise<Answer>
  /** Runs every job that is due, once. */
  work(): Promise<void>
  close(): Promise<void>
}

export interface BookingRequest {
  readonly start?: string | Date
  readonly email?: string
  readonly name?: string
  readonly key?: string
  readonly service?: string
  readonly signal?: AbortSignal
}

// graphile-worker's type knows no scope that is left out.
const SILENT = new Logger((_scope) => () => {})

export async function serve(
  server: Server,
  jobs: JobServices,
  stores: Pick<OpenDatabase, 'pool' | 'close'>,
): Promise<Process> {
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  let closed: Promise<void> | undefined

  const request: Process['request'] = async (path, init = {}) => {
    const answer = await fetch(`${origin}${path}`, { redirect: 'manual', ...init })
    const text = await answer.text()
    const isJson = /json/.test(answer.headers.get('content-type') ?? '')
    return { status: answer.status, headers: answer.headers, body: isJson ? JSON.parse(text) : { text } }
  }

  return {
    origin,
    jobs,
    request,
    slots: ({ slug, serviceId }, query = {}) =>
      request(
        `/api/v1/tenants/${slug}/slots?${new URLSearchParams({ service: serviceId, from: '2030-03-05', to: '2030-03-05', ...query })}`,
      ),
    book: ({ slug, serviceId }, wanted = {}) =>
      request(`/api/v1/tenants/${slug}/bookings`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', 'idempotency-key': wanted.key ?? randomUUID() },
        body: JSON.stringify({
          service: wanted.service ?? serviceId,
          start: wanted.start ?? TUESDAY_9,
          client: { name: wanted.name ?? 'A client', email: wanted.email ?? `${randomUUID()}@client.example` },
        }),
        ...(wanted.signal && { signal: wanted.signal }),
      }),
    work: () =>
      runOnce({
        pgPool: stores.pool,
        taskList: tasks(jobs),
        noHandleSignals: true,
        logger: SILENT,
        // As in production: otherwise a job's end may be written down after this has resolved.
        preset: { worker: { completeJobBatchDelay: 0, failJobBatchDelay: 0 } },
      }),
    close: () => {
      closed ??= (async () => {
        server.closeAllConnections()
        await new Promise((resolve) => server.close(resolve))
        await stores.close()
      })()
      return closed
    },
  }
}
