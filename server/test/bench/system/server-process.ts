import { type ChildProcess, fork, spawn } from 'node:child_process'
import { once } from 'node:events'
import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { freePort } from '../../../dev/free-port.ts'
import type { Answer } from './limit-process.ts'

/** A server that is measured: where it is, and what it has cost. */
export interface Measured {
  readonly origin: string
  readonly cpuMs: () => number
  stop(): Promise<void>
}

/** A clock tick of /proc (USER_HZ) is a hundredth of a second on every Linux that Node runs on. */
const TICK_MS = 10

/** Of the process with all its threads, by `/proc/<pid>/stat`: fields 14 and 15, user and system time (proc(5)). */
function cpuOf({ pid }: ChildProcess): number {
  const stat = fs.readFileSync(`/proc/${pid}/stat`, 'utf8')
  const [, , , , , , , , , , , user = '0', system = '0'] = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  return (Number(user) + Number(system)) * TICK_MS
}

const measured = (child: ChildProcess, origin: string): Measured => ({
  origin,
  cpuMs: () => cpuOf(child),
  stop: async () => {
    if (child.exitCode !== null || child.signalCode !== null) return
    const gone = once(child, 'exit')
    if (child.connected) child.disconnect()
    else child.kill('SIGTERM')
    await gone
  },
})

/**
 * The production build. Expects `npm run build` to have run. Its log goes to a file: whoever reads a pipe takes processor time from
 * the two cores that are measured.
 */
export async function startProduct(env: Readonly<Record<string, string>>): Promise<Measured> {
  const port = await freePort()
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'booking-log-'))
  const log = path.join(folder, 'log')
  const output = fs.openSync(log, 'a')
  const child = spawn(process.execPath, ['dist/main.js'], {
    env: { PATH: process.env.PATH ?? '', ...env, NODE_ENV: 'production', PORT: String(port) },
    stdio: ['ignore', output, 'inherit'],
  })
  fs.closeSync(output)
  while (!fs.readFileSync(log, 'utf8').includes('"event":"listening"')) {
    if (child.exitCode !== null) throw new Error(`the product did not start: ${fs.readFileSync(log, 'utf8')}`)
    await pause(50)
  }
  const { stop, ...one } = measured(child, `http://127.0.0.1:${port}`)
  return { ...one, stop: () => stop().finally(() => fs.rmSync(folder, { recursive: true, force: true })) }
}

/** Bare Express with one statement a request (`limit-process.ts`). */
export async function startLimit(databaseUrl: string, answer: Answer): Promise<Measured> {
  const child = fork(path.join(import.meta.dirname, 'limit-process.ts'), {
    env: { PATH: process.env.PATH ?? '', DATABASE_URL: databaseUrl, NODE_ENV: 'production' },
  })
  child.send(answer)
  const [origin] = (await once(child, 'message')) as [string]
  return measured(child, origin)
}
