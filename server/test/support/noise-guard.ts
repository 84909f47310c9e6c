import { setImmediate as tick } from 'node:timers/promises'
import { format } from 'node:util'
import { afterAll, afterEach } from 'vitest'

declare global {
  /** What was heard since the last look. One array for a worker: its files share their modules, but each is set up anew. */
  var noiseHeard: string[] | undefined
}

/**
 * Fails a test during which something was written to the console, a promise was rejected unheard, or Node warned, with the
 * words of it. Set up for every file (`vitest.config.ts`); listens once in each worker.
 */
const listening = globalThis.noiseHeard !== undefined
globalThis.noiseHeard ??= []
const noise = globalThis.noiseHeard

/** For a test that expects output: what was heard until now, which fails nothing any more. */
export async function takeNoise(): Promise<string[]> {
  // Warnings and unheard rejections are emitted after what caused them.
  await tick()
  return noise.splice(0)
}

for (const method of ['debug', 'error', 'info', 'log', 'trace', 'warn'] as const)
  console[method] = (...words: unknown[]) => void noise.push(`console.${method}: ${format(...words)}`)

// Prisma rolls a transaction back whose time is over although its last query is still executed, which pg warns of. On a busy
// machine any transaction may run out of its time.
const isLateRollback = ({ message, stack }: Error): boolean =>
  message.startsWith('Calling client.query() when the client is already executing') &&
  stack?.includes('@prisma/adapter-pg') === true

if (!listening) {
  process.on('warning', (warning) => {
    if (!isLateRollback(warning)) noise.push(`process warning: ${warning.stack ?? warning.message}`)
  })
  process.on('unhandledRejection', (reason) => void noise.push(`unhandled rejection: ${format(reason)}`))
}

async function failOfNoise(): Promise<void> {
  const heard = await takeNoise()
  if (heard.length > 0) throw new Error(`Not expected during a test:\n${heard.join('\n')}`)
}

afterEach(failOfNoise)
afterAll(failOfNoise)
