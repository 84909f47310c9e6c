import { startApplication } from './application.ts'
import { loadConfig } from './config.ts'
import { traceOf } from './ports/error-trace.ts'
import { notStarted } from './start-failure.ts'

/** Less than the 30 s that many hosts leave between SIGTERM and SIGKILL. */
const DRAIN_MS = 25_000

/** One line in the log's form, for a process that has no log yet, or cannot rely on it any more. */
function say(level: 'error' | 'warn', event: string, fields: object): void {
  process.stderr.write(`${JSON.stringify({ level, time: new Date().toISOString(), ...fields, event })}\n`)
}

const stopping = new AbortController()
/** Ends what has started, or what is starting. */
function stop(): void {
  if (stopping.signal.aborted) return
  stopping.abort()
  setTimeout(() => process.exit(1), DRAIN_MS).unref()
}

async function main(): Promise<void> {
  // Libraries write errors to the console as they are, rows included; graphile-worker's lib.js does after its last attempt.
  for (const method of ['error', 'warn', 'log', 'info', 'debug', 'trace'] as const)
    console[method] = () => say('warn', 'console', { method })
  // By default Node opens a debugger's port on this signal, through which the process's memory can be read.
  process.on('SIGUSR1', () => {})
  process.once('SIGTERM', stop)
  process.once('SIGINT', stop)
  // After an error that nobody caught the state is unknown: the host is to start a new process. Queued jobs wait in the database.
  // `on`, not `once`: Node itself would print the next one, which may come while the first makes us stop.
  process.on('uncaughtException', (error: unknown) => {
    say('error', 'uncaught', traceOf(error))
    process.exitCode = 1
    stop()
  })
  process.on('unhandledRejection', (reason) => {
    throw reason
  })
  const application = await startApplication(loadConfig(), {}, stopping.signal)
  const { signal } = stopping
  if (!signal.aborted) await new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true }))
  // After a fault the state is unknown: nobody is served any longer than must be.
  await application.close({ atOnce: process.exitCode === 1 }).catch((error: unknown) => {
    say('error', 'uncaught', traceOf(error))
    process.exitCode = 1
  })
}

main().then(
  () => process.exit(process.exitCode ?? 0),
  (error: unknown) => {
    // A start that was called off by a signal is no failure.
    if (stopping.signal.aborted) process.exit(process.exitCode ?? 0)
    say('error', 'not_started', notStarted(error))
    process.exit(1)
  },
)
