import { randomUUID } from 'node:crypto'
import { afterAll, beforeEach, expect } from 'vitest'
import { createConnectionStore } from '../../src/adapters/postgres/connections/connection-store.ts'
import type { EventsLeft } from '../../src/domain/account-ending.ts'
import { connections, forgetLimits, newAccount, outcomeOf } from '../security/support.ts'
import { changeBesideWorker } from './beside-worker.ts'
import { makeDue } from './evidence.ts'
import { until } from './until.ts'
import { startWorld } from './world.ts'

const DAY = 86_400_000
export const ALWAYS = Number.POSITIVE_INFINITY
/** Heads the list of what was not removed from accounts that were given up. */
export const FORMER = 'To be removed, and perhaps still in a calendar'
export const LABEL = { outlook: 'Outlook', google: 'Google Calendar' }

export type AccountName = 'outlook' | 'other outlook' | 'google' | 'other google'
const GOOGLES = { google: 'iris@practice.example', 'other google': 'jonas@practice.example' }
const isGoogle = (name: AccountName): name is keyof typeof GOOGLES => name in GOOGLES
const plain = (html: string): string => html.replace(/<[^>]+>/g, ' ').replace(/\s+/g, ' ')

/** One application with both emulators, for tests of what becomes of sessions when accounts change; each starts with none. */
export async function startAccounts() {
  const world = await startWorld({ calendars: 'emulated' })
  const app = await world.start()
  const { pool, database } = world.database
  const store = createConnectionStore(database)
  beforeEach(async () => {
    await forgetLimits(world)
    recover()
    await empty()
    for (const { email } of world.google.accounts) googleEvents(email).clear()
    world.google.journal.length = 0
  })
  afterAll(() => world.close())

  const empty = async (): Promise<void> => {
    await changeBesideWorker(pool, 'DELETE FROM graphile_worker._private_jobs WHERE locked_at IS NULL')
    await changeBesideWorker(pool, 'DELETE FROM booking')
    await changeBesideWorker(pool, 'DELETE FROM calendar_connection')
  }

  const googleEvents = (email: string) => {
    const events = world.google.account(email).calendars.get(email)?.events
    if (events === undefined) throw new Error('no primary calendar')
    return events
  }
  const revocations = () => world.google.journal.filter(({ path }) => path === '/revoke').length

  /** A therapist, and the accounts that she has. */
  async function therapistWith() {
    const practice = await world.practice()
    const therapist = await app.signIn(practice)
    const outlooks = { outlook: newAccount(world), 'other outlook': newAccount(world) }
    world.microsoft.addCalendar(outlooks.outlook, 'Family')
    const path = `/api/v1/tenants/${practice.slug}`

    /** With whatever account, not the one that is connected. */
    const signInAtMicrosoft = async (account: typeof outlooks.outlook, access: string) => {
      const { href } = await therapist.leave('microsoft', access, { other: '1' })
      return (await therapist.back(await world.microsoft.signIn(href, account))).location
    }
    const rows = async () => {
      const { rows } = await pool.query<{
        id: string
        event_status: string
        event_id: string
        event_failure: string | null
      }>('SELECT id, event_status, event_id, event_failure FROM booking WHERE tenant_id = $1 ORDER BY starts_at', [
        practice.tenantId,
      ])
      return rows
    }
    const all = (status: string) =>
      until(async () => (await rows()).every(({ event_status }) => event_status === status))

    return {
      practice,
      therapist,
      store,
      rows,
      all,
      account: (name: 'outlook' | 'other outlook') => outlooks[name],

      connect: async (name: AccountName, access = 'bookings') =>
        outcomeOf(
          isGoogle(name)
            ? await therapist.connectGoogle(world.google, GOOGLES[name], access)
            : await signInAtMicrosoft(outlooks[name], access),
        ),

      /** How many entries stand in the account's calendar. */
      standing: (name: AccountName): number =>
        isGoogle(name)
          ? [...googleEvents(GOOGLES[name]).values()].filter(({ status }) => status === 'confirmed').length
          : world.microsoft.events(outlooks[name]).length,

      async book(sessions: number): Promise<void> {
        const day = (after: number) => new Date(world.clock.now().getTime() + after * DAY).toISOString().slice(0, 10)
        const offer = await app
          .browser()
          .json(`${path}/slots?service=${practice.serviceId}&from=${day(2)}&to=${day(9)}`)
        const { slots } = offer.body as { slots: { start: string }[] }
        // Not beside each other, so that one booking does not take the next one's time.
        for (let session = 0; session < sessions; session += 1) {
          const client = { name: 'Mo Okafor', email: 'mo@client.example' }
          const wish = { service: practice.serviceId, start: slots[session * 2]?.start, client }
          const answer = await app.browser().json(`${path}/bookings`, wish, { 'idempotency-key': randomUUID() })
          expect(answer.status).toBe(201)
        }
      },

      async cancel(id: string): Promise<void> {
        const page = await therapist.browser.get(`/appointments/${id}/cancel`)
        expect((await therapist.browser.submit(page, `/appointments/${id}/cancel`, {})).status).toBe(303)
      },

      press: async (action: 'confirm' | 'disconnect', events: EventsLeft, more: Record<string, string> = {}) => {
        const page = await therapist.press(action, { events, ...more })
        expect(page.status).toBe(303)
        return (await therapist.back(page.location ?? '')).text
      },
      settings: async () => plain((await therapist.settings()).text),
      appointments: async () => plain((await therapist.browser.get('/appointments')).text),

      /** Her word about the first former entry that is listed. */
      async say(word: 'try-again' | 'did-it-myself'): Promise<void> {
        const page = await therapist.browser.get('/appointments')
        const action = page.text.match(/\/appointments\/former\/[^/]+\/event\//)?.[0]
        expect((await therapist.browser.submit(page, `${action}${word}`, {})).status).toBe(303)
      },

      /** How many connections have ended, and whether all their tokens are shredded. */
      async shredded(ended = 1): Promise<true> {
        return until(async () => {
          const gone = await connections(world, practice.tenantId, 'DISCONNECTED')
          return gone.length === ended && (await connections(world, practice.tenantId, 'ENDING')).length === 0
        })
      },
      ending: () => connections(world, practice.tenantId, 'ENDING'),
    }
  }

  /** With two sessions in the account's calendar. */
  async function withSessions(name: AccountName, sessions = 2) {
    const one = await therapistWith()
    expect(await one.connect(name)).toBe('connected')
    await one.book(sessions)
    await one.all('WRITTEN')
    expect(one.standing(name)).toBe(sessions)
    return one
  }

  /** For a reason that no adapter repeats a request for. */
  const refuseRemovals = (): void => {
    const refusal = { status: 403, code: 'ErrorAccessDenied' }
    world.microsoft.faults.failNext('DELETE /**/events/*', refusal, { times: ALWAYS })
    const errors = [{ reason: 'forbiddenForNonOrganizer', message: 'Emulated' }]
    const body = { error: { code: 403, message: 'Emulated', errors } }
    void world.google.failNext('DELETE /calendar/v3/calendars/*/events/*', { status: 403, body, times: ALWAYS })
  }
  const recover = (): void => {
    world.microsoft.faults.clear()
    world.google.recover()
  }
  const work = async (): Promise<boolean> => {
    await makeDue(world.database)
    return true
  }

  return {
    world,
    app,
    store,
    googleEvents,
    revocations,
    therapistWith,
    withSessions,
    refuseRemovals,
    recover,
    work,
    requeue: () => pool.query(`SELECT graphile_worker.add_job('requeue_outbox')`),
  }
}
