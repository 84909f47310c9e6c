import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import fs from 'node:fs'
import path from 'node:path'
import readline from 'node:readline'

export type Line = Readonly<Record<string, unknown>> & { readonly event: string }

/** A process of the production build, at a port that outlives it. */
export interface ProductionProcess {
  readonly origin: string
  /** What it has said since the first start, the lines of its requests aside. */
  readonly lines: Line[]
  /** Resolves when it listens; rejects when it ends before. */
  start(more?: Readonly<Record<string, string>>): Promise<void>
  /** Resolves when it has ended. */
  end(signal: 'SIGTERM' | 'SIGKILL'): Promise<void>
}

const running = new Set<ChildProcess>()
process.once('exit', () => {
  for (const child of running) child.kill('SIGKILL')
})

/** Expects `npm run build` to have run. What they say is kept in the folder KEEP_LOGS, where that is set. */
export function productionProcess(port: number, env: Readonly<Record<string, string>>): ProductionProcess {
  const lines: Line[] = []
  let child: ChildProcess | undefined
  return {
    origin: `http://127.0.0.1:${port}`,
    lines,
    async start(more = {}) {
      const started = spawn(process.execPath, ['dist/main.js'], {
        env: {
          PATH: process.env.PATH ?? '',
          ...env,
          NODE_ENV: 'production',
          DRAIN_SECONDS: '0',
          PORT: String(port),
          ...more,
        },
        stdio: ['ignore', 'pipe', 'inherit'],
      })
      child = started
      running.add(started)
      started.once('exit', () => running.delete(started))
      await new Promise<void>((resolve, reject) => {
        readline.createInterface({ input: started.stdout }).on('line', (text) => {
          const line: Line = JSON.parse(text)
          const kept = process.env.KEEP_LOGS
          if (kept !== undefined) fs.appendFileSync(path.join(kept, `${port}.log`), `${text}\n`)
          if (line.event !== 'request') lines.push(line)
          if (line.event === 'listening') resolve()
        })
        started.once('exit', (code) => reject(new Error(`a process ended with ${code} before it listened`)))
      })
    },
    async end(signal) {
      const ending = child
      if (ending === undefined || ending.exitCode !== null || ending.signalCode !== null) return
      const gone = once(ending, 'exit')
      ending.kill(signal)
      await gone
    },
  }
}

const LIBRARY = ['x86_64', 'aarch64']
  .map((machine) => `/usr/lib/${machine}-linux-gnu/faketime/libfaketime.so.1`)
  .find((file) => fs.existsSync(file))

export const canFakeTime = LIBRARY !== undefined

/** The environment of a process whose clock is so many minutes ahead; its monotonic clock is right. */
export const clockAhead = (minutes: number): Readonly<Record<string, string>> => ({
  LD_PRELOAD: LIBRARY ?? '',
  FAKETIME: `${minutes < 0 ? '' : '+'}${minutes}m`,
  // The name of it in releases before and since 0.9.9.
  DONT_FAKE_MONOTONIC: '1',
  FAKETIME_DONT_FAKE_MONOTONIC: '1',
})
