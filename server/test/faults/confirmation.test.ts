import { randomUUID } from 'node:crypto'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { bookingsOf } from '../support/evidence.ts'
import type { MockWorld } from '../support/mock-world.ts'
import type { Practice } from '../support/practice.ts'
import type { Answer } from '../support/process.ts'
import { hoursAfter, TUESDAY_9 } from '../support/times.ts'
import { startWorld } from '../support/world.ts'

let world: MockWorld
beforeAll(async () => {
  world = await startWorld({ calendars: 'mock' })
})
afterAll(() => world.close())
afterEach(() => {
  world.calendar.recover()
  world.before = () => {}
  world.calls.length = 0
})

const starts = ({ body }: Answer): string[] => (body.slots as { start: string }[]).map(({ start }) => start)
const block = ({ tenantId }: Practice, start: string | Date = TUESDAY_9) =>
  world.calendar.addExternalEvent(tenantId, { start: new Date(start), end: hoursAfter(start, 1) })
const rows = (practice: Practice) => bookingsOf(world.database, practice)

describe('a confirmation', () => {
  it('F-82 reads afresh: an event added after the page was shown refuses the slot', async () => {
    const practice = await world.practice()
    expect(starts(await world.first.slots(practice))).toContain(TUESDAY_9)
    block(practice)
    const answer = await world.first.book(practice)
    expect(answer).toMatchObject({ status: 409, body: { status: 409 } })
    expect(String(answer.body.type)).toMatch(/slot-taken$/)
    expect(await rows(practice)).toEqual([])
    world.calls.length = 0
    // The page that follows is served from memory, and does not offer the same hour once more.
    expect(starts(await world.first.slots(practice))).not.toContain(TUESDAY_9)
    expect(world.calls).toEqual([])
  })

  it('F-82 sees an event that arrives while the client waits for her answer', async () => {
    const practice = await world.practice()
    world.before = () => void block(practice)
    expect((await world.first.book(practice)).status).toBe(409)
    expect(await rows(practice)).toEqual([])
  })

  it('F-82 finds an event that came too late on the next page, and keeps its word to the client', async () => {
    const practice = await world.practice()
    expect((await world.first.book(practice)).status).toBe(201)
    block(practice, hoursAfter(TUESDAY_9, 0.5))
    world.clock.advance(20_001)
    expect(starts(await world.first.slots(practice))).not.toContain(hoursAfter(TUESDAY_9, 1).toISOString())
    expect(await rows(practice)).toMatchObject([{ status: 'CONFIRMED' }])
  })

  it('INV-9 records that it read, and when', async () => {
    const practice = await world.practice()
    await world.first.slots(practice)
    world.clock.advance(10_000)
    expect((await world.first.book(practice)).status).toBe(201)
    expect(await rows(practice)).toMatchObject([
      { calendar_check: 'FRESH', calendar_checked_at: world.clock.now(), event_status: 'PENDING' },
    ])
    expect(world.calls.map(({ method }) => method)).toEqual(['getFreeBusy', 'getFreeBusy'])
  })

  it('never joins a page’s read that began earlier', async () => {
    const practice = await world.practice()
    let release = () => {}
    const held = new Promise<void>((resolve) => {
      release = resolve
    })
    let isHeld = () => {}
    const begun = new Promise<void>((resolve) => {
      isHeld = resolve
    })
    world.before = () => {
      world.before = () => {}
      isHeld()
      return held
    }
    const page = world.first.slots(practice)
    await begun
    block(practice)
    expect((await world.first.book(practice)).status).toBe(409)
    release()
    await page
  })

  it('a confirmation does not trouble the calendar for a slot that is taken, off the grid, or already answered', async () => {
    const practice = await world.practice()
    const key = randomUUID()
    const mine = { key, email: 'same@client.example' }
    expect((await world.first.book(practice, mine)).status).toBe(201)
    world.calls.length = 0
    expect((await world.first.book(practice)).status).toBe(409)
    expect((await world.first.book(practice, { start: hoursAfter(TUESDAY_9, 0.1) })).status).toBe(422)
    expect((await world.first.book(practice, mine)).status).toBe(201)
    expect(world.calls).toEqual([])
  })

  it('F-45 waits two seconds for a calendar that hangs, then says that it cannot be read', async () => {
    const practice = await world.practice()
    const arrived = world.calendar.hangNext('getFreeBusy')
    const answer = world.first.book(practice)
    await arrived
    expect(await answer).toMatchObject({ status: 503 })
    expect(await rows(practice)).toEqual([])
    // It keeps nobody waiting who comes after.
    expect((await world.first.book(practice)).status).toBe(201)
  })

  it('F-45 a hanging calendar does not undo a recent read: the booking stands, marked as remembered', async () => {
    const practice = await world.practice()
    await world.first.slots(practice)
    const arrived = world.calendar.hangNext('getFreeBusy')
    const answer = world.first.book(practice)
    await arrived
    expect((await answer).status).toBe(201)
    expect(await rows(practice)).toMatchObject([{ calendar_check: 'REMEMBERED' }])
  })

  it('F-38 the event just written does not make its own slot busy twice over', async () => {
    const practice = await world.practice()
    expect((await world.first.book(practice)).status).toBe(201)
    await world.first.work()
    world.clock.advance(20_001)
    const free = starts(await world.first.slots(practice))
    expect(free).not.toContain(TUESDAY_9)
    expect(free).toContain(hoursAfter(TUESDAY_9, 1).toISOString())
  })
})

describe('the therapist’s policy', () => {
  it('reaches the calendar with every read, from its columns', async () => {
    const practice = await world.practice()
    for (const [tentativeBlocks, workingElsewhereBlocks] of [
      [true, false],
      [false, true],
    ] as const) {
      await world.database.database.tenant.update({
        where: { id: practice.tenantId },
        data: { tentativeBlocks, workingElsewhereBlocks },
      })
      await world.first.book(practice, { start: hoursAfter(TUESDAY_9, tentativeBlocks ? 0 : 2) })
      expect(world.calls.at(-1)?.connection.policy).toEqual({ tentativeBlocks, workingElsewhereBlocks })
    }
  })
})
