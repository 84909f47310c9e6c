import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { setTimeout as pause } from 'node:timers/promises'
import { freePort } from './free-port.ts'
import { productionEnvironment } from './production-environment.ts'

/**
 * Starts the production build in each way the documents name, waits until /readyz answers, and sends SIGTERM to the one
 * process it started, as a container's host does; it has to say `stopped`, end with 0 and leave nobody listening.
 * Expects `npm run build` to have run, and DATABASE_URL at a migrated database.
 */
const COMMANDS = [
  ['node', 'dist/main.js'],
  ['npm', 'start'],
] as const
const PATIENCE_MS = 30_000

const status = (port: number): Promise<number | undefined> =>
  fetch(`http://127.0.0.1:${port}/readyz`).then(
    (answer) => answer.status,
    () => undefined,
  )

async function ready(app: ChildProcess, port: number): Promise<boolean> {
  const deadline = Date.now() + PATIENCE_MS
  while (Date.now() < deadline && app.exitCode === null) {
    if ((await status(port)) === 200) return true
    await pause(200)
  }
  return false
}

/** What is wrong with it. */
async function faults(command: string, args: readonly string[]): Promise<string[]> {
  const port = await freePort()
  const env = { ...process.env, ...productionEnvironment(port) }
  const app = spawn(command, args, { stdio: ['ignore', 'pipe', 'inherit'], detached: true, env })
  let said = ''
  app.stdout.on('data', (chunk: Buffer) => {
    said += chunk.toString()
    process.stdout.write(chunk)
  })
  const exited = once(app, 'exit')
  const found = (await ready(app, port)) ? [] : ['/readyz did not answer 200']
  app.kill('SIGTERM')
  const [code, signal] = await exited
  if (code !== 0) found.push(`it ended with ${code ?? signal}`)
  if ((await status(port)) !== undefined) found.push('somebody still listens')
  if (!said.includes('"event":"stopped"')) found.push('it did not say that it stopped')
  // Whatever it left behind.
  if (app.pid !== undefined && found.length > 0) endGroup(app.pid)
  return found
}

function endGroup(leader: number): void {
  try {
    process.kill(-leader, 'SIGKILL')
  } catch {
    // Nobody is left.
  }
}

for (const [command, ...args] of COMMANDS) {
  const found = await faults(command, args)
  const name = [command, ...args].join(' ')
  process.stdout.write(`production build, ${name}: ${found.join('; ') || 'ready, and stopped when it was asked to'}\n`)
  if (found.length > 0) process.exitCode = 1
}
