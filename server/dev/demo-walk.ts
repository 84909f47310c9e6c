import { z } from 'zod'
import { DAY_MS, HOUR_MS } from '../src/domain/durations.ts'
import { Browser, type Page } from './browser.ts'
import { DEMO } from './demo-seed.ts'
import type { Demo } from './demo-world.ts'

const Services = z.object({ services: z.array(z.object({ id: z.string() })).min(1) })
const Slots = z.object({
  checkedAt: z.string().nullable(),
  slots: z.array(z.object({ start: z.string(), end: z.string() })),
})
const Booked = z.object({ id: z.string(), start: z.string(), manageUrl: z.string() })
const Created = z.object({ id: z.string() })

const PATIENCE_MS = 20_000

function expectThat(holds: boolean, what: string): void {
  if (!holds) throw new Error(`not so: ${what}`)
}

/** Walks the whole path over HTTP, as a therapist and as her client, and says each step. Rejects at the first that fails. */
export async function walkDemo(demo: Demo, say: (line: string) => void): Promise<void> {
  const therapist = new Browser(demo.appUrl)
  const client = new Browser(demo.appUrl)
  const api = `/api/v1/tenants/${DEMO.slug}`
  const service = Services.parse((await client.json(`${api}/services`)).body).services[0]?.id ?? ''

  const free = async (): Promise<string[]> => {
    const [from, to] = [1, 14].map((days) => new Date(Date.now() + days * DAY_MS).toISOString().slice(0, 10))
    const answer = await client.json(`${api}/slots?service=${service}&from=${from}&to=${to}`)
    expectThat(answer.status === 200, `slots answer 200, they answered ${answer.status}`)
    return Slots.parse(answer.body).slots.map(({ start }) => start)
  }

  await signIn(therapist)
  say('signed in')
  const before = await free()
  say(`slots without a calendar: ${before.length}`)

  await connect(therapist, demo)
  say('connected Outlook')
  const connected = await free()
  say(`slots with the week in Outlook: ${connected.length}`)
  expectThat(connected.length < before.length, 'busy hours vanish from the offer')

  const [eventHour = ''] = connected
  await explain(therapist, service, eventHour, /Free: \d/)
  const bookedHour = connected.find((start) => Date.parse(start) >= Date.parse(eventHour) + HOUR_MS) ?? ''
  demo.addOutlookEvent(new Date(eventHour))
  const afterEvent = await free()
  say(`slots after one more Outlook event at ${eventHour}: ${afterEvent.length}`)
  expectThat(!afterEvent.includes(eventHour), 'the hour of the event is not offered')
  const reason = await explain(therapist, service, eventHour, /Busy in .Calendar./)
  expectThat(!reason.includes('Supervision'), 'what clients see says in which calendar, and not with what')
  say('what clients see, and why: busy in her calendar, without a word of the event')
  expectThat(afterEvent.includes(bookedHour), 'a later one still is')

  const booked = await book(client, api, service, bookedHour)
  say(`booked ${booked.start}`)
  const written = await demo.exchange(
    ({ method, path, status }) => method === 'POST' && /\/events$/.test(path) && status === 201,
    PATIENCE_MS,
  )
  const eventId = Created.parse(written.responseBody).id
  say(`event in Outlook: ${eventId}`)
  expectThat(!(await free()).includes(bookedHour), 'the booked hour is not offered')
  await explain(therapist, service, bookedHour, /Session booked here/)
  say('what clients see, and why: a session booked here')

  await moveAndPutBack(therapist, demo, eventId, new Date(bookedHour))
  say('moved in Outlook: noticed, and put back by a press')

  await cancel(client, new URL(booked.manageUrl).pathname)
  say('cancelled by the client')
  await demo.exchange(
    ({ method, path, status }) => method === 'DELETE' && path.includes(encodeURIComponent(eventId)) && status === 204,
    PATIENCE_MS,
  )
  say('event deleted from Outlook')
  expectThat((await free()).includes(bookedHour), 'the hour is offered again')
  say('the hour is offered again')
}

/** She moves the session's entry by two days; her page asks her, and has it put back. */
async function moveAndPutBack(therapist: Browser, demo: Demo, eventId: string, booked: Date): Promise<void> {
  demo.moveOutlookEvent(eventId, new Date(booked.getTime() + 2 * DAY_MS))
  await demo.compareEvents()
  const page = await therapist.get('/appointments')
  const [, action = ''] = /action="([^"]+\/put-back)"/.exec(page.text) ?? []
  expectThat(page.text.includes('in Outlook it begins on'), 'her appointments say that the entry was moved')
  const answer = await therapist.submit(page, action, {})
  expectThat(answer.location === '/appointments?outcome=put_back', `it is put back, the answer was ${answer.location}`)
  const after = await therapist.get(answer.location ?? '')
  expectThat(!after.text.includes('in Outlook it begins'), 'nothing is asked any more')
}

async function signIn(therapist: Browser): Promise<void> {
  const page = await therapist.get('/sign-in')
  const answer = await therapist.submit(page, '/sign-in', { email: DEMO.email, password: DEMO.password })
  expectThat(answer.status === 303, `signing in answers 303, it answered ${answer.status}`)
}

async function connect(therapist: Browser, demo: Demo): Promise<void> {
  const settings = await therapist.get('/settings/calendar')
  const leaving = await therapist.submit(settings, '/settings/calendar/connect', {
    provider: 'microsoft',
    access: 'bookings',
  })
  expectThat(leaving.status === 200, `connecting answers 200, it answered ${leaving.status}`)
  const [link = ''] = leaving.links
  expectThat(leaving.links.length === 1 && leaving.refresh === link, 'its page goes on to its one link')
  const callback = await demo.consent(link)
  const back = await therapist.get(callback)
  expectThat(back.status === 303, `the callback answers 303, it answered ${back.status}`)
  const connected: Page = await therapist.get(back.location ?? '')
  expectThat(connected.text.includes('Connected'), 'the settings page says Connected')
}

/** What the therapist is told of the week of that time; it has to hold this reason. */
async function explain(therapist: Browser, service: string, start: string, reason: RegExp): Promise<string> {
  const { status, text } = await therapist.get(
    `/settings/what-clients-see?${new URLSearchParams({ service, week: start.slice(0, 10) })}`,
  )
  expectThat(status === 200, `what clients see answers 200, it answered ${status}`)
  const said = text.replaceAll(/[\u2068\u2069]/g, '')
  expectThat(reason.test(said), `what clients see says ${reason}`)
  return said
}

async function book(client: Browser, api: string, service: string, start: string): Promise<z.infer<typeof Booked>> {
  const request = { service, start, client: { name: 'Mo Okafor', email: 'mo@client.example' } }
  const answer = await client.json(`${api}/bookings`, request, { 'idempotency-key': crypto.randomUUID() })
  expectThat(answer.status === 201, `booking answers 201, it answered ${answer.status}`)
  return Booked.parse(answer.body)
}

async function cancel(client: Browser, managePath: string): Promise<void> {
  const page = await client.get(managePath)
  const action = `${managePath}/cancel`
  const asked = page.form(action) === undefined ? await client.get(`${managePath}/cancel`) : page
  const answer = await client.submit(asked, action, {})
  expectThat(answer.status === 303, `cancelling answers 303, it answered ${answer.status}`)
}
