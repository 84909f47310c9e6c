import { type ChildProcess, fork, spawn } from 'node:child_process'
import { once } from 'node:events'
import fs from 'node:fs'
import path from 'node:path'
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

/** The production build. Expects `npm run build` to have run. */
export async function startProduct(env: Readonly<Record<string, string>>): Promise<Measured> {
  const port = await freePort()
  const child = spawn(process.execPath, ['dist/main.js'], {
    env: { PATH: process.env.PATH ?? '', ...env, NODE_ENV: 'production', PORT: String(port) },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  let said = ''
  await new Promise<void>((resolve, reject) => {
    child.stdout.on('data', (chunk: Buffer) => {
      if (said.length < 10_000) said += chunk.toString()
      if (said.includes('"event":"listening"')) resolve()
    })
    child.once('exit', () => reject(new Error(`the product did not start: ${said}`)))
  })
  return measured(child, `http://127.0.0.1:${port}`)
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
