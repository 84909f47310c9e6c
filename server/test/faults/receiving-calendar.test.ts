import { afterEach, describe, expect, it } from 'vitest'
import { startApp } from '../security/support.ts'
import { makeDue } from '../support/evidence.ts'
import { POISON, receivingPractice } from '../support/receiving-practice.ts'
import { until } from '../support/until.ts'
import { IRIS, type Provider } from '../support/written-session.ts'

const { world, app } = await startApp()

const BOTH = ['microsoft', 'google'] as const
const practiceAt = (provider: Provider, kind?: 'work' | 'personal') => receivingPractice(world, app, provider, kind)

describe('which calendar receives', () => {
  it.each(BOTH)(
    '%s: T-34 sessions go to the one she chose, and none looks moved because of a choice',
    async (provider) => {
      const her = await practiceAt(provider)
      expect(await her.receive(her.other)).toContain('saved')
      const second = await her.book(3)
      await her.until(second, 'WRITTEN')
      expect((await her.heldOf(her.id))?.calendarId).toBe(her.main)
      expect((await her.heldOf(second))?.calendarId).toBe(her.other)
      for (const id of [her.id, second]) await her.shift(id)
      await her.cancelOf(her.id)
      await her.until(her.id, 'REMOVED')
      await her.receive(her.main)
      await her.cancelOf(second)
      await her.until(second, 'REMOVED')
    },
  )

  it.each(BOTH)(
    '%s: deleted between two bookings: the session waits, and goes on when she chooses another',
    async (provider) => {
      const her = await practiceAt(provider)
      await her.receive(her.other)
      const before = await her.book(3)
      await her.until(before, 'WRITTEN')
      her.removeOther()
      const waiting = await her.book(6)
      await her.until(waiting, 'PENDING', 'not_found')
      // The refused write listed the calendars; from here on nothing is asked of the provider.
      await until(async () => !(await her.therapist.settings()).text.includes(her.name))
      for (const gone of [{ calendar: her.otherId }, { receiver: her.otherId }])
        expect(await her.choose(gone)).toContain('outcome=calendars_changed')
      await makeDue(world.database)
      await her.until(waiting, 'PENDING', 'not_found')
      expect(await her.heldOf(her.id)).toBeDefined()
      await her.receive(her.main)
      await her.until(waiting, 'WRITTEN')
      expect((await her.heldOf(waiting))?.calendarId).toBe(her.main)
    },
  )

  it.each(BOTH)(
    '%s: once nothing may be written into it, the session waits until that is allowed again',
    async (provider) => {
      const her = await practiceAt(provider)
      await her.receive(her.other)
      her.lockOther(true)
      const waiting = await her.book(3)
      await her.until(waiting, 'PENDING', 'forbidden')
      await her.therapist.press('check')
      expect(await her.receive(her.other)).toContain('outcome=calendars_changed')
      expect(await her.heldOf(her.id)).toBeDefined()
      her.lockOther(false)
      await her.therapist.press('check')
      await makeDue(world.database)
      await world.database.pool.query("SELECT graphile_worker.add_job('requeue_outbox')")
      await her.until(waiting, 'WRITTEN')
      expect((await her.heldOf(waiting))?.calendarId).toBe(her.other)
    },
  )
})

describe('PR-05 what each calendar holds', () => {
  afterEach(() => {
    world.microsoft.faults.clear()
    world.google.account(IRIS).freeBusyErrors.clear()
  })

  it.each(BOTH)(
    '%s: is counted when she connects and when she checks, ticked or not, and no more is kept',
    async (provider) => {
      const her = await practiceAt(provider)
      expect(her.countedFirst).toBeGreaterThan(0)
      await her.choose({})
      // The session that is booked stands in her default calendar.
      expect((await her.counts())[0]?.[0]).toBeGreaterThan(0)
      const [before] = await her.counts()
      for (const days of [1, 13, 15]) her.enter(days, 'busy', 'main')
      her.enter(1, 'free')
      await her.therapist.press('check')
      const main = [before?.[0] + 2, provider === 'microsoft' ? false : null]
      expect(await her.counts()).toEqual([main, [0, provider === 'microsoft' ? true : null]])
      const asked = her.asked()
      const page = await her.settings()
      expect(page).toContain(`Found ${before?.[0] + 2} busy times in the next 14 days, as of`)
      if (provider === 'microsoft')
        // At a full hour a time has no minutes.
        expect(page).toMatch(
          /All entries of the next 14 days are marked as free, as of [\d:]+[ap]m: ticking it changes nothing/,
        )
      else expect(page).toContain('No busy time in the next 14 days')
      expect(her.asked()).toBe(asked)
      const { rows } = await world.database.pool.query('SELECT row_to_json(d)::text AS row FROM calendar_detail d')
      expect(JSON.stringify(rows)).not.toContain(POISON)
    },
  )

  it.each(BOTH)(
    '%s: one that is not ticked and cannot be read is not counted, and fails nothing else',
    async (provider) => {
      const her = await practiceAt(provider)
      await her.choose({})
      her.enter(1, 'busy', 'main')
      her.enter(1, 'busy')
      const shared = her.shared()
      await her.therapist.press('check')
      expect((await her.counts(shared))[2] ?? [null, null]).toEqual([null, null])
      const [main, other] = await her.counts()
      expect(other?.[0]).toBe(1)
      her.failOther()
      expect((await her.therapist.press('check')).location).toContain('outcome=checked')
      expect(await her.counts()).toEqual([main, [null, null]])
      const page = await her.settings()
      expect(page).toContain('Its busy times have not been counted')
      expect(page).not.toMatch(/not readable|Could not be read|Cannot be read|not been able to read/)
      await her.book(3)
    },
  )
})

describe('PR-09 what stands in the calendar', () => {
  it.each(BOTH)(
    '%s: what she chose, from then on; and the client is invited only where she said so',
    async (provider) => {
      const her = await practiceAt(provider)
      const mails = her.sent().length
      await her.choose({ 'event-title': 'initials' })
      const second = await her.book(3)
      await her.until(second, 'WRITTEN')
      expect((await her.heldOf(second))?.title).toMatch(/^M\. O\., ./)
      expect(await her.heldOf(her.id)).toMatchObject({ title: 'Appointment', guests: [] })
      expect(her.sent()).toHaveLength(mails)
      expect(await her.details()).toContain('We send nothing to it')
      await her.choose({ 'event-title': 'neutral', invites: 'yes' })
      const asked = await her.details()
      expect(asked).toContain('sends an invitation to it')
      expect(asked).not.toContain('We send nothing')
      const third = await her.book(6)
      await her.until(third, 'WRITTEN')
      expect((await her.heldOf(third))?.title).toBe('Appointment')
      expect((await her.heldOf(third))?.guests).toHaveLength(1)
      // Her answer is a change of the event; it goes with its session all the same, and the guest is told.
      await her.shift(third)
      await her.cancelOf(third)
      await her.until(third, 'REMOVED')
      expect(her.sent().slice(mails)).toEqual([
        { what: 'invitation', to: 'mo@client.example' },
        { what: 'cancellation', to: 'mo@client.example' },
      ])
    },
  )

  it.each(BOTH)('%s: nothing about the client goes to a personal account, whatever is sent', async (provider) => {
    const her = await practiceAt(provider, 'personal')
    const mails = her.sent().length
    expect(await her.choose({ 'event-title': 'full_name', invites: 'yes' })).toContain('saved')
    const second = await her.book(3)
    await her.until(second, 'WRITTEN')
    expect(await her.heldOf(second)).toMatchObject({ title: 'Appointment', guests: [] })
    expect(her.sent()).toHaveLength(mails)
    expect(await her.details()).toContain('We send nothing to it')
  })
})
