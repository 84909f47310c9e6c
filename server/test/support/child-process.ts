import { type ChildProcess, spawn } from 'node:child_process'
import path from 'node:path'
import { compiled } from './compiled.ts'
import { PATIENCE_MS } from './until.ts'

const ROOT = path.resolve(import.meta.dirname, '../../..')

/** A program of ours in a process of its own, and all it said. */
export interface Child {
  readonly process: ChildProcess
  readonly output: () => string
  /** Resolves with the exit code, or the signal that ended it. */
  readonly ended: Promise<number | NodeJS.Signals>
}

/** Node's arguments for a TypeScript file of ours. */
export const programOf = (file: string): readonly string[] =>
  file.startsWith('server/src/') ? [compiled(file)] : ['--import', 'tsx', path.join(ROOT, file)]

/** Runs a TypeScript file with exactly this environment. Nothing of ours is in it but what is given. */
export function runChild(
  file: string,
  args: readonly string[],
  env: Readonly<Record<string, string>>,
  nodeArgs: readonly string[] = [],
): Child {
  const child = spawn(process.execPath, [...nodeArgs, ...programOf(file), ...args], {
    cwd: ROOT,
    env: { PATH: process.env.PATH ?? '', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let said = ''
  const hear = (chunk: Buffer): void => {
    said += chunk.toString()
  }
  child.stdout.on('data', hear)
  child.stderr.on('data', hear)
  const ended = new Promise<number | NodeJS.Signals>((resolve) =>
    child.once('close', (code, signal) => resolve(code ?? signal ?? 'SIGKILL')),
  )
  return { process: child, output: () => said, ended }
}

export interface ChildApplication extends Child {
  readonly origin: string
  close(): Promise<void>
}

/** `server/src/main.ts`, listening. */
export async function spawnApplication(
  env: Readonly<Record<string, string>>,
  nodeArgs: readonly string[] = [],
): Promise<ChildApplication> {
  const child = runChild('server/src/main.ts', [], env, nodeArgs)
  const patience = AbortSignal.timeout(PATIENCE_MS)
  const port = await new Promise<string>((resolve, reject) => {
    const fail = (): void => reject(new Error(`the application did not start: ${child.output()}`))
    patience.addEventListener('abort', fail, { once: true })
    child.process.once('close', fail)
    child.process.stdout?.on('data', () => {
      const found = /"port":(\d+)[^\n]*"event":"listening"/.exec(child.output())?.[1]
      if (found !== undefined) resolve(found)
    })
  })
  return {
    ...child,
    origin: `http://127.0.0.1:${port}`,
    close: async () => {
      child.process.kill('SIGTERM')
      await child.ended
    },
  }
}
