import { ConfigError, loadConfig } from './config.ts'
import { startApplication } from './di.ts'

/** A host that asks us to end gives about this long; then it ends us. */
const DRAIN_MS = 25_000

/** What stops us from starting is said by name only: a database's own words may quote its address. */
function refuse(error: unknown): void {
  const said =
    error instanceof ConfigError ? error.message : `could not start: ${error instanceof Error ? error.name : 'unknown'}`
  process.stderr.write(`${said}\n`)
  process.exitCode = 1
}

async function main(): Promise<void> {
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
  process.once('uncaughtException', (error) => {
    process.stderr.write(`${JSON.stringify({ level: 'error', event: 'uncaught', name: error.name })}\n`)
    process.exitCode = 1
    stop()
  })
  process.once('unhandledRejection', (reason) => {
    throw reason
  })
}

main().catch(refuse)
