import { ConfigError, loadConfig } from './config.ts'
import { startApplication } from './di.ts'

/** A host that asks us to end gives about this long; then it ends us. */
const DRAIN_MS = 25_000

/** Nothing else of an error that nobody caught: messages and details may quote a row. */
const nameOf = (error: unknown): string =>
  error instanceof Error && /^\w{1,60}$/.test(error.name) ? error.name : 'unknown'

/** What stops us from starting is said by name only: a database's own words may quote its address. */
function refuse(error: unknown): void {
  const said = error instanceof ConfigError ? error.message : `could not start: ${nameOf(error)}`
  process.stderr.write(`${said}\n`)
  process.exitCode = 1
}

const say = (level: 'error' | 'warn', event: string, more: object): void => {
  process.stderr.write(`${JSON.stringify({ level, event, ...more })}\n`)
}

async function main(): Promise<void> {
  // Libraries write what they failed at as it is, rows included: graphile-worker's lib.js after its last try, for one.
  for (const method of ['error', 'warn', 'log', 'info', 'debug', 'trace'] as const)
    console[method] = () => say('warn', 'console', { method })
  // Node's own answer to this signal is to open a debugger's port; whoever may send signals here need not read memory.
  process.on('SIGUSR1', () => {})
  const application = await startApplication(loadConfig())
  let stopping = false
  const stop = () => {
    if (stopping) return
    stopping = true
    setTimeout(() => process.exit(1), DRAIN_MS).unref()
    application.close().then(() => process.exit(process.exitCode ?? 0), refuse)
  }
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
}

main().catch(refuse)
