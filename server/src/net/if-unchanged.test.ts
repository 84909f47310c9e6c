import { describe, expect, it } from 'vitest'
import { CalendarError } from '../ports/calendar-failure.ts'
import { ifUnchanged } from './if-unchanged.ts'

const changed = new CalendarError('conflict', 'changed', { status: 412 })
const failing = (failures: unknown[]) => async () => {
  const failure = failures.shift()
  if (failure !== undefined) throw failure
}

describe('ifUnchanged', () => {
  it('T-34 looks again when what it saw has changed, and acts on what it saw last', async () => {
    let version = 0
    const acted: number[] = []
    await ifUnchanged(
      async () => ++version,
      async (seen) => {
        acted.push(seen)
        if (seen < 3) throw changed
      },
    )
    expect(acted).toEqual([1, 2, 3])
  })

  it('gives up after three looks: try later', async () => {
    let looks = 0
    const work = ifUnchanged(async () => ++looks, failing([changed, changed, changed, changed]))
    await expect(work).rejects.toMatchObject({
      reason: 'unavailable',
      code: 'changed',
      message: 'It changes faster than it can be looked at',
    })
    expect(looks).toBe(3)
  })

  it.each([new CalendarError('forbidden', 'no'), new CalendarError('timeout', 'late'), new TypeError('ours')])(
    'lets any other failure pass: %s',
    async (failure) => {
      await expect(ifUnchanged(async () => 1, failing([failure]))).rejects.toBe(failure)
    },
  )

  it('does nothing where the look finds nothing, and lets its failures pass', async () => {
    await ifUnchanged(async () => undefined, failing([new TypeError('acted')]))
    await expect(ifUnchanged(failing([changed]), async () => undefined)).rejects.toBe(changed)
  })
})
