import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { EmulatedWorld, Instance } from '../support/emulated-world.ts'
import { until } from '../support/until.ts'
import { startWorld } from '../support/world.ts'
import { IRIS, type Provider, writtenSession } from '../support/written-session.ts'

let world: EmulatedWorld
let app: Instance
beforeAll(async () => {
  world = await startWorld({ calendars: 'emulated' })
  app = await world.start()
})
afterAll(() => world.close())

const LABEL = { microsoft: 'Outlook', google: 'Google Calendar' }
const session = (provider: Provider) => writtenSession(world, app, provider)
type Session = Awaited<ReturnType<typeof session>>

const HER_WORDS = {
  edited: (label: string) => `its entry in ${label} was changed since we wrote it, and not only in its time.`,
  moved: () => 'its entry was moved to another calendar of your account, and still stands there.',
}

const rename = (provider: Provider, { account, eventId }: Session): void => {
  if (provider === 'google') world.google.editEvent(IRIS, eventId, { summary: 'Mo' })
  else world.microsoft.editEvent(account, eventId, { subject: 'Mo' })
}
const move = (provider: Provider, { account, eventId }: Session): void => {
  const google = world.google.account(IRIS)
  const second = [...google.calendars.keys()].find((id) => id !== IRIS) ?? ''
  if (provider === 'google') world.google.moveEvent(IRIS, eventId, second)
  else world.microsoft.moveEvent(account, eventId, world.microsoft.addCalendar(account, 'Second'))
}
const shift = (provider: Provider, { account, eventId, begins }: Session): void => {
  const [start, end] = [3, 4].map((hours) => new Date(Date.parse(begins) + hours * 3_600_000)) as [Date, Date]
  if (provider === 'microsoft') world.microsoft.editEvent(account, eventId, { start, end })
  else
    world.google.editEvent(IRIS, eventId, {
      start: { dateTime: start.toISOString() },
      end: { dateTime: end.toISOString() },
    })
}

describe('T-34 an event that she changed stays when the session is cancelled, and she is asked', () => {
  it.each([
    ['microsoft', 'edited', rename],
    ['google', 'edited', rename],
    ['microsoft', 'moved', move],
    ['google', 'moved', move],
  ] as const)('%s: %s, and goes or stays by her word', async (provider, change, make) => {
    for (const word of ['remove-it', 'leave-it'] as const) {
      const one = await session(provider)
      make(provider, one)
      await one.cancel()
      await one.status('FAILED')
      expect(one.stands()).toBe(true)
      const words = await one.page()
      expect(words).toContain(HER_WORDS[change](LABEL[provider]))
      expect(words).toMatch(/Remove it : Mo Okafor.+Leave it : Mo Okafor/)
      expect(words).not.toContain('Try again')
      expect((await one.say(word)).headers.get('location')).toContain(word.replace('-', '_'))
      await one.status('REMOVED')
      expect(one.stands()).toBe(word === 'leave-it')
      expect(await one.page()).not.toContain('Cancelled, and perhaps still in your calendar')
    }
  })

  it.each(['microsoft', 'google'] as const)('%s: but not where she moved it in time alone', async (provider) => {
    const one = await session(provider)
    shift(provider, one)
    await one.cancel()
    await one.status('REMOVED')
    expect(one.stands()).toBe(false)
  })

  it.each(['microsoft', 'google'] as const)('%s: nor where the provider changed it by itself', async (provider) => {
    const one = await session(provider)
    rename(provider, one)
    // Asked again and again: a look that fails comes back only an hour later.
    await until(async () => {
      const { pool } = world.database
      const due =
        "UPDATE event_version SET look_at = now() - interval '1 s' WHERE booking_id = $1 AND look_at IS NOT NULL"
      await pool.query(due, [one.id])
      await pool.query("SELECT graphile_worker.add_job('reread_change_keys', job_key := 'reread')")
      const { rows } = await pool.query('SELECT look_at FROM event_version WHERE booking_id = $1', [one.id])
      return rows[0]?.look_at === null
    })
    await one.cancel()
    await one.status('REMOVED')
    expect(one.stands()).toBe(false)
  })
})
