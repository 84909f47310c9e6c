import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { startEmbeddedPostgres } from './embedded-postgres.ts'
import { migrate } from './migrate.ts'

/**
 * Runs a command with DATABASE_URL at a fresh database that is gone afterwards:
 *   tsx server/dev/with-database.ts [--migrated] command argument…
 * Ends with the command's exit code, or 128 and the number of the signal that ended it, as a shell does. Signals are the
 * command's: SIGTERM and SIGHUP are passed on; Ctrl-C reaches it from the terminal.
 */
let child: ChildProcess | undefined
let stopping: NodeJS.Signals | undefined
for (const signal of ['SIGTERM', 'SIGHUP', 'SIGINT'] as const)
  process.on(signal, () => {
    stopping = signal
    if (signal !== 'SIGINT') child?.kill(signal)
  })

const [first, ...rest] = process.argv.slice(2)
const migrated = first === '--migrated'
const [command, ...args] = migrated ? rest : [first, ...rest]
if (command === undefined) throw new Error('with-database: which command?')

const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'booking-database-'))
fs.chmodSync(folder, 0o755)
const postgres = await startEmbeddedPostgres({ folder, fast: true })
try {
  await postgres.createDatabase('booking')
  const url = postgres.url('booking')
  if (migrated) await migrate(url)
  // Asked to stop while the database started: the command is not begun.
  process.exitCode = stopping === undefined ? await run(command, url) : exitCodeOf(stopping)
} finally {
  await postgres.stop()
  fs.rmSync(folder, { recursive: true, force: true })
}

async function run(command: string, url: string): Promise<number> {
  const given = args.filter((arg) => arg !== undefined)
  child = spawn(command, given, { stdio: 'inherit', env: { ...process.env, DATABASE_URL: url } })
  const [code, signal] = await once(child, 'exit')
  return typeof code === 'number' ? code : exitCodeOf(signal)
}

function exitCodeOf(signal: NodeJS.Signals): number {
  return 128 + os.constants.signals[signal]
}
