import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { randomWeek } from '../support/random-weeks.ts'
import { compareViews } from '../support/same-views.ts'

describe('what a therapist is told of her free times', () => {
  it('PG-37 is what clients are offered, with a true reason for everything else, in fifty random weeks', async () => {
    let slots = 0
    const property = fc.asyncProperty(randomWeek, async (week) => {
      slots += (await compareViews(week)).slots
    })
    await fc.assert(property, { numRuns: 50 })
    expect(slots).toBeGreaterThan(0)
  })
})
