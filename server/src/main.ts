import { loadConfig } from './config.ts'
import { startApplication } from './di.ts'
import { notStarted } from './start-failure.ts'

/** A host that asks us to end gives about this long; then it ends us. */
const DRAIN_MS = 25_000

/** Nothing else of an error that nobody caught: messages and details may quote a row. */
const nameOf = (error: unknown): string =>
  error instanceof Error && /^\w{1,60}$/.test(error.name) ? error.name : 'unknown'

/** The last word of a process that has no log, or may not trust it any more: one line, as the log's. */
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
  // Libraries write what they failed at as it is, rows included: graphile-worker's lib.js after its last try, for one.
  for (const method of ['error', 'warn', 'log', 'info', 'debug', 'trace'] as const)
    console[method] = () => say('warn', 'console', { method })
  // Node's own answer to this signal is to open a debugger's port; whoever may send signals here need not read memory.
  process.on('SIGUSR1', () => {})
  process.once('SIGTERM', stop)
  process.once('SIGINT', stop)
  // A fault nobody caught leaves an unknown state: say so, and let the host start a new process. Queued jobs wait in the database.
  // `on`, not `once`: Node itself would print the next one, which may come while the first makes us stop.
  process.on('uncaughtException', (error: unknown) => {
    say('error', 'uncaught', { name: nameOf(error) })
    process.exitCode = 1
    stop()
  })
  process.on('unhandledRejection', (reason) => {
    throw reason
  })
  const application = await startApplication(loadConfig(), {}, stopping.signal)
  const { signal } = stopping
  if (!signal.aborted) await new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true }))
  await application.close().catch((error: unknown) => {
    say('error', 'uncaught', { name: nameOf(error) })
    process.exitCode = 1
  })
}

main().then(
  () => process.exit(process.exitCode ?? 0),
  (error: unknown) => {
    // Asked to end while it started: it has.
    if (stopping.signal.aborted) process.exit(process.exitCode ?? 0)
    say('error', 'not_started', notStarted(error))
    process.exit(1)
  },
)
