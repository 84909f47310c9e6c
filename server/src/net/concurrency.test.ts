import { describe, expect, it } from 'vitest'
import { Concurrency } from './concurrency.ts'
import { CallerLeft } from './deadline.ts'

const forever = () => new AbortController().signal
const settle = () => new Promise((resolve) => setImmediate(resolve))

function worker() {
  const finish: (() => void)[] = []
  let running = 0
  let most = 0
  const task = () =>
    new Promise<void>((resolve) => {
      running += 1
      most = Math.max(most, running)
      finish.push(() => {
        running -= 1
        resolve()
      })
    })
  return { task, finish, most: () => most, running: () => running }
}

describe('Concurrency', () => {
  it('INV-11 never runs more than its limit for one key, and finishes all', async () => {
    const lanes = new Concurrency(4)
    const { task, finish, most } = worker()
    const all = Promise.all(Array.from({ length: 20 }, () => lanes.run('mailbox', task, forever())))
    for (let n = 0; n < 20; n++) {
      await settle()
      finish.shift()?.()
    }
    await all
    expect([most(), lanes.size]).toEqual([4, 0])
  })

  it('keeps keys apart', async () => {
    const lanes = new Concurrency(1)
    const a = worker()
    const b = worker()
    const both = [lanes.run('a', a.task, forever()), lanes.run('b', b.task, forever())]
    await settle()
    expect([a.running(), b.running()]).toEqual([1, 1])
    a.finish[0]?.()
    b.finish[0]?.()
    await Promise.all(both)
  })

  it('lets whoever waits leave, and gives the place on after a failure', async () => {
    const lanes = new Concurrency(1)
    const first = worker()
    const caller = new AbortController()
    const running = lanes.run('a', first.task, forever())
    const leaver = lanes.run('a', async () => 'never', caller.signal)
    const failing = lanes.run('a', () => Promise.reject(new Error('no')), forever())
    const last = lanes.run('a', async () => 'last', forever())
    caller.abort()
    await expect(leaver).rejects.toBeInstanceOf(CallerLeft)
    first.finish[0]?.()
    await running
    await expect(failing).rejects.toThrow('no')
    await expect(last).resolves.toBe('last')
    await expect(lanes.run('a', async () => 'x', caller.signal)).rejects.toBeInstanceOf(CallerLeft)
    expect(lanes.size).toBe(0)
  })

  it('INV-11 counts a batch as the calls it stands for', async () => {
    const lanes = new Concurrency(4)
    const small = worker()
    const large = worker()
    const all = [
      lanes.run('mailbox', small.task, forever()),
      lanes.run('mailbox', large.task, forever(), 20),
      lanes.run('mailbox', small.task, forever(), 3),
      lanes.run('mailbox', small.task, forever()),
    ]
    await settle()
    expect([small.running(), large.running()]).toEqual([1, 0])
    small.finish[0]?.()
    await settle()
    expect([small.running(), large.running()]).toEqual([0, 1])
    large.finish[0]?.()
    await settle()
    expect(small.running()).toBe(2)
    for (const finish of small.finish.slice(1)) finish()
    await Promise.all(all)
    expect(lanes.size).toBe(0)
  })
})
