import { randomUUID } from 'node:crypto'
import { type newAccount, outcomeOf, withParameter } from '../security/support.ts'
import type { startAccounts } from './accounts.ts'

type Accounts = Awaited<ReturnType<typeof startAccounts>>
type One = Awaited<ReturnType<Accounts['therapistWith']>>
type Account = ReturnType<typeof newAccount>

export const HOUR = 3_600_000
const client = { name: 'Mo Okafor', email: 'mo@client.example' }

/** What tests of accounts that only block do, beside those of the account that receives. */
export function furtherAccounts({ world, app }: Pick<Accounts, 'world' | 'app'>) {
  const { google, microsoft } = world

  return {
    /** Signs in with one more account, or with one that is connected `again`; where she lands. */
    async add({ therapist }: One, account: string | Account, again = 'new'): Promise<string | null> {
      const further = { connection: again }
      if (typeof account === 'string') {
        const url = await therapist.leave('google', 'bookings', further)
        return outcomeOf((await therapist.back(google.signIn(url, account, 'accept'))).location)
      }
      const suggested = await therapist.leave('microsoft', 'bookings', further)
      const href = withParameter(suggested, 'login_hint', undefined)
      return outcomeOf((await therapist.back(await microsoft.signIn(href, account))).location)
    },

    async slots({ practice }: One): Promise<{ status: number; type: string | undefined; starts: string[] }> {
      const day = (after: number) =>
        new Date(world.clock.now().getTime() + after * 24 * HOUR).toISOString().slice(0, 10)
      const path = `/api/v1/tenants/${practice.slug}/slots?service=${practice.serviceId}&from=${day(2)}&to=${day(9)}`
      const answer = await app.browser().json(path)
      const { slots = [], type } = answer.body as { slots?: { start: string }[]; type?: string }
      return { status: answer.status, type, starts: slots.map(({ start }) => start) }
    },

    book: ({ practice }: One, start: string | undefined) =>
      app
        .browser()
        .json(
          `/api/v1/tenants/${practice.slug}/bookings`,
          { service: practice.serviceId, start, client },
          { 'idempotency-key': randomUUID() },
        ),

    idsOf: async ({ practice, store }: One) => (await store.connected(practice.tenantId)).map(({ id }) => id),

    busyAt(account: string | Account, start = ''): void {
      const [from, to] = [start, new Date(Date.parse(start) + HOUR).toISOString()]
      if (typeof account === 'string')
        google.addEvent(account, { summary: 'Private', start: { dateTime: from }, end: { dateTime: to } })
      else microsoft.addEvent(account, { subject: 'Private', start: new Date(from), end: new Date(to) })
    },

    /** Posts exactly these fields to a route of the calendar settings, whatever forms the page has. */
    async post({ therapist }: One, action: string, fields: Readonly<Record<string, string>>) {
      const { text } = await therapist.settings()
      const _csrf = text.match(/name="_csrf" value="([^"]+)"/)?.[1] ?? ''
      return therapist.browser.post(`/settings/calendar/${action}`, { _csrf, ...fields })
    },
  }
}
