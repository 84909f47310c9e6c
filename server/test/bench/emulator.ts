import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import path from 'node:path'
import type { Order, Orders, Registration, Reply } from './emulator-process.ts'

export interface RemoteEmulator extends Omit<Orders, 'start'> {
  readonly origin: string
  stop(): Promise<void>
}

/** Starts `emulator-process.ts` with the same loader as this process. */
export async function startRemoteEmulator(registration: Registration): Promise<RemoteEmulator> {
  const child = fork(path.join(import.meta.dirname, 'emulator-process.ts'))
  const ask = questions(child)
  const origin = (await ask('start', registration)) as string
  return {
    origin,
    seed: (seed) => ask('seed', seed) as ReturnType<Orders['seed']>,
    latency: (milliseconds) => ask('latency', milliseconds) as Promise<void>,
    count: () => ask('count') as ReturnType<Orders['count']>,
    expireAccessTokens: () => ask('expireAccessTokens') as Promise<void>,
    stop: async () => {
      if (child.exitCode !== null) return
      const gone = once(child, 'exit')
      child.disconnect()
      await gone
    },
  }
}

function questions(child: ChildProcess): (name: keyof Orders, argument?: unknown) => Promise<unknown> {
  const waiting = new Map<number, (reply: Reply) => void>()
  child.on('message', (reply: Reply) => waiting.get(reply.id)?.(reply))
  child.once('exit', () => {
    for (const [id, settle] of waiting) settle({ id, failure: 'the emulator has gone' })
  })
  let asked = 0
  return (name, argument) =>
    new Promise((resolve, reject) => {
      const order: Order = { id: ++asked, name, argument }
      waiting.set(order.id, (reply) => {
        waiting.delete(reply.id)
        if ('failure' in reply) reject(new Error(`emulator, ${name}: ${reply.failure}`))
        else resolve(reply.value)
      })
      child.send(order)
    })
}
