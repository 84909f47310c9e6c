import { describe, expect, it } from 'vitest'
import { CallerLeft } from './deadline.ts'
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

describe('SingleFlight', () => {
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
    await expect(leaver).rejects.toBeInstanceOf(CallerLeft)
    open('here')
    await expect(stayer).resolves.toBe('here')
  })

  it('begins nothing for a caller who has left already', async () => {
    const flight = new SingleFlight<number>()
    let calls = 0
    await expect(flight.run('k', async () => ++calls, AbortSignal.abort())).rejects.toBeInstanceOf(CallerLeft)
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
