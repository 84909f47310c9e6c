import type { Http } from '../../src/net/http.ts'
import { bareChain, bareExchange, type Exchange, exchangesOf } from './bare.ts'
import type { RemoteEmulator } from './emulator.ts'
import type { Seed } from './emulator-process.ts'
import { exactly, type Figure } from './figures.ts'
import { inTurn, median } from './measure.ts'
import { connectTherapists, memoryVaultOf, newBinding, type Therapist, windowOf } from './therapists.ts'

const PAGES = 10
const EVENTS = 10_000

export const bigReads = async (emulator: RemoteEmulator): Promise<Figure[]> => [
  ...(await manyCalendars(emulator)),
  ...(await longCalendar(emulator)),
]

async function open(emulator: RemoteEmulator, seed: Omit<Seed, 'mailboxes'>) {
  const therapists = await connectTherapists(emulator, { mailboxes: 1, ...seed })
  const [therapist] = therapists
  if (therapist === undefined) throw new Error('nobody was seeded')
  const vault = memoryVaultOf(therapists)
  const bind = (http?: Http) => newBinding(emulator, vault, http)
  const read = (binding: ReturnType<typeof bind>) => readAll(binding, therapist, seed.events)
  const exchanges = await exchangesOf(bind, read)
  const [first] = exchanges
  if (first === undefined) throw new Error('the adapter asked nothing')
  const warm = bind()
  return { bind, read, exchanges, first, ours: () => read(warm) }
}

const readAll = (binding: ReturnType<typeof newBinding>, { connection }: Therapist, events: number) =>
  binding.calendarFor(connection).getFreeBusy(windowOf(events))

async function manyCalendars(emulator: RemoteEmulator): Promise<Figure[]> {
  const { exchanges, first, ours } = await open(emulator, { calendars: 20, events: 200 })
  const figure = await wall('20 calendars × 200 events', { ours, bare: () => bareExchange(first) })
  return [requests('20 calendars × 200 events: Graph requests', exchanges, 1), figure]
}

async function longCalendar(emulator: RemoteEmulator): Promise<Figure[]> {
  const { exchanges, first, ours } = await open(emulator, { calendars: 1, events: EVENTS })
  const figure = await wall('1 calendar × 10,000 events', { ours, bare: () => bareChain(first) })
  return [requests('1 calendar × 10,000 events: pages', exchanges, PAGES), figure]
}

const requests = (name: string, exchanges: readonly Exchange[], wanted: number): Figure => ({
  name,
  value: exchanges.length,
  unit: '',
  target: exactly(exchanges.length, wanted),
})

async function wall(name: string, pair: Parameters<typeof inTurn>[0]): Promise<Figure> {
  const samples = await inTurn(pair, 12, 3)
  const [value, limit] = [median(samples.ours), median(samples.bare)]
  return {
    name: `${name}: p50`,
    value,
    unit: 'ms',
    limit,
    note: `${(value / limit).toFixed(2)} × bare, 12 reads in turn`,
  }
}
