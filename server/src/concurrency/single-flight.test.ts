import { describe, expect, it } from 'vitest'
import { Cancelled } from './deadline.ts'
import { SingleFlight } from './single-flight.ts'

function gate<T>() {
  let open: (value: T) => void = () => {}
  let fail: (error: Error) => void = () => {}
  const promise = new Promise<T>((resolve, reject) => {
    open = resolve
    fail = reject
  })
  return { promise, open, fail }
}

describe('SingleFlight.run', () => {
  it('does the work once for all who ask together, and anew for who comes later', async () => {
    const flight = new SingleFlight<number>()
    let calls = 0
    const work = async () => ++calls
    expect(await Promise.all([flight.run('k', work), flight.run('k', work), flight.run('other', work)])).toEqual([
      1, 1, 2,
    ])
    expect(await flight.run('k', work)).toBe(3)
  })

  it('lets one caller leave without taking the others along', async () => {
    const flight = new SingleFlight<string>()
    const { promise, open } = gate<string>()
    const caller = new AbortController()
    const leaver = flight.run('k', () => promise, caller.signal)
    const stayer = flight.run('k', () => promise)
    caller.abort()
    await expect(leaver).rejects.toBeInstanceOf(Cancelled)
    open('here')
    await expect(stayer).resolves.toBe('here')
  })

  it('begins nothing for a caller who has left already', async () => {
    const flight = new SingleFlight<number>()
    let calls = 0
    await expect(flight.run('k', async () => ++calls, AbortSignal.abort())).rejects.toBeInstanceOf(Cancelled)
    expect(calls).toBe(0)
  })

  it('keeps no failure', async () => {
    const flight = new SingleFlight<string>()
    const { promise, fail } = gate<string>()
    const both = [flight.run('k', () => promise), flight.run('k', () => promise)]
    fail(new Error('down'))
    expect((await Promise.allSettled(both)).map(({ status }) => status)).toEqual(['rejected', 'rejected'])
    await expect(flight.run('k', async () => 'up')).resolves.toBe('up')
  })

  it('treats a start that throws like any failure', async () => {
    const flight = new SingleFlight<string>()
    const thrown = flight.run('k', () => {
      throw new Error('at once')
    })
    await expect(thrown).rejects.toThrow('at once')
    await expect(flight.run('k', async () => 'up')).resolves.toBe('up')
  })
})

describe('SingleFlight.runNext', () => {
  it('never joins work that runs; those who wait for its end share the next', async () => {
    const flight = new SingleFlight<string>()
    const { promise, open } = gate<string>()
    const first = flight.runNext('k', () => promise)
    let calls = 0
    const next = async () => `next ${++calls}`
    const waiting = [flight.runNext('k', next), flight.runNext('k', next)]
    open('first')
    expect(await first).toBe('first')
    expect(await Promise.all(waiting)).toEqual(['next 1', 'next 1'])
    expect(await flight.runNext('k', next)).toBe('next 2')
  })

  it('begins at once where none runs, and after a failure all the same', async () => {
    const flight = new SingleFlight<string>()
    const { promise, fail } = gate<string>()
    const first = flight.runNext('k', () => promise)
    const second = flight.runNext('k', async () => 'second')
    fail(new Error('down'))
    await expect(first).rejects.toThrow('down')
    expect(await second).toBe('second')
  })

  it('never has two at once of one key, whoever asks as one ends', async () => {
    const flight = new SingleFlight<void>()
    const { promise, open } = gate<void>()
    let running = 0
    let most = 0
    const work = async () => {
      running += 1
      most = Math.max(most, running)
      await new Promise((resolve) => setImmediate(resolve))
      running -= 1
    }
    const all: Promise<void>[] = [flight.run('k', () => promise), flight.runNext('k', work)]
    let turn = promise
    for (let n = 0; n < 6; n++) turn = turn.then(() => void all.push(flight.run('k', work), flight.runNext('k', work)))
    open()
    await turn
    await Promise.all(all)
    expect(most).toBe(1)
  })

  it('begins nothing for a caller who has left already', async () => {
    const flight = new SingleFlight<number>()
    let calls = 0
    await expect(flight.runNext('k', async () => ++calls, AbortSignal.abort())).rejects.toBeInstanceOf(Cancelled)
    expect(calls).toBe(0)
  })
})
