import { getEventListeners } from 'node:events'
import { describe, expect, it } from 'vitest'
import { Cancelled } from './deadline.ts'
import { KeyedSemaphore } from './semaphore.ts'

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

describe('KeyedSemaphore', () => {
  it('INV-11 never runs more than its limit for one key, and finishes all', async () => {
    const semaphore = new KeyedSemaphore(4)
    const { task, finish, most } = worker()
    const all = Promise.all(Array.from({ length: 20 }, () => semaphore.run('mailbox', task, forever())))
    for (let n = 0; n < 20; n++) {
      await settle()
      finish.shift()?.()
    }
    await all
    expect([most(), semaphore.size]).toEqual([4, 0])
  })

  it('INV-11 counts whoever still runs when one has ended and another comes', async () => {
    const semaphore = new KeyedSemaphore(2)
    const { task, finish, most } = worker()
    const all = [semaphore.run('a', task, forever()), semaphore.run('a', task, forever())]
    await settle()
    finish.shift()?.()
    await all[0]
    expect(semaphore.size).toBe(1)
    all.push(semaphore.run('a', task, forever()), semaphore.run('a', task, forever()))
    for (let n = 0; n < 3; n++) {
      await settle()
      finish.shift()?.()
    }
    await Promise.all(all)
    expect([most(), semaphore.size]).toEqual([2, 0])
    await semaphore.run('a', async () => {}, forever())
    expect(semaphore.size).toBe(0)
  })

  it('keeps keys apart', async () => {
    const semaphore = new KeyedSemaphore(1)
    const a = worker()
    const b = worker()
    const both = [semaphore.run('a', a.task, forever()), semaphore.run('b', b.task, forever())]
    await settle()
    expect([a.running(), b.running()]).toEqual([1, 1])
    a.finish[0]?.()
    b.finish[0]?.()
    await Promise.all(both)
  })

  it('lets whoever waits leave, and gives the place on after a failure', async () => {
    const semaphore = new KeyedSemaphore(1)
    const first = worker()
    const caller = new AbortController()
    const running = semaphore.run('a', first.task, forever())
    const leaver = semaphore.run('a', async () => 'never', caller.signal)
    const failing = semaphore.run('a', () => Promise.reject(new Error('no')), forever())
    const last = semaphore.run('a', async () => 'last', forever())
    caller.abort()
    await expect(leaver).rejects.toBeInstanceOf(Cancelled)
    first.finish[0]?.()
    await running
    await expect(failing).rejects.toThrow('no')
    await expect(last).resolves.toBe('last')
    await expect(semaphore.run('a', async () => 'x', caller.signal)).rejects.toBeInstanceOf(Cancelled)
    expect(semaphore.size).toBe(0)
  })

  it('listens to no signal of whoever has had a turn or has left', async () => {
    const semaphore = new KeyedSemaphore(1)
    const first = worker()
    const [stays, leaves] = [new AbortController(), new AbortController()]
    const running = semaphore.run('a', first.task, forever())
    const leaver = semaphore.run('a', async () => 'never', leaves.signal)
    const stayer = semaphore.run('a', async () => 'last', stays.signal)
    const listening = () => [stays, leaves].map(({ signal }) => getEventListeners(signal, 'abort').length)
    expect(listening()).toEqual([1, 1])
    leaves.abort()
    await expect(leaver).rejects.toBeInstanceOf(Cancelled)
    first.finish[0]?.()
    await Promise.all([running, stayer])
    expect(listening()).toEqual([0, 0])
  })

  it('INV-11 counts a batch as the calls it stands for', async () => {
    const semaphore = new KeyedSemaphore(4)
    const small = worker()
    const large = worker()
    const all = [
      semaphore.run('mailbox', small.task, forever()),
      semaphore.run('mailbox', large.task, forever(), 20),
      semaphore.run('mailbox', small.task, forever(), 3),
      semaphore.run('mailbox', small.task, forever()),
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
    expect(semaphore.size).toBe(0)
  })
})
