import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { type Http, http } from '../../src/net/http.ts'
import { bareChain, bareExchange, type Exchange, exchangesOf } from './bare.ts'
import type { RemoteEmulator } from './emulator.ts'
import type { Seed } from './emulator-process.ts'
import { atMost, exactly, type Figure } from './figures.ts'
import { inTurn, median } from './measure.ts'
import { connectTherapists, memoryVaultOf, newBinding, type Therapist, windowOf } from './therapists.ts'

const PAGES = 10
const EVENTS = 10_000
/** What one page more may leave behind: its link and what V8 forgets to tidy, not its events. */
const KEPT_KB = 16

export const bigReads = async (emulator: RemoteEmulator): Promise<Figure[]> => [
  ...(await manyCalendars(emulator)),
  ...(await longCalendar(emulator)),
  ...(await memory(emulator)),
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
  binding.open(connection).getFreeBusy(windowOf(events))

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

/**
 * Everything that is still reachable before each request, after a full collection. Events that do not block leave no
 * busy time behind, so that whatever grows from page to page is a page that was kept.
 */
async function memory(emulator: RemoteEmulator): Promise<Figure[]> {
  const { bind, read, first } = await open(emulator, { calendars: 1, events: EVENTS, showAs: 'free' })
  setFlagsFromString('--expose-gc')
  const collect = runInNewContext('gc') as () => void
  const live: number[] = []
  const binding = bind((url, request) => {
    collect()
    const { heapUsed, arrayBuffers } = process.memoryUsage()
    live.push((heapUsed + arrayBuffers) / 1024)
    return http(url, request)
  })
  await read(binding)
  live.length = 0
  await read(binding)
  // From the second request on: the first has not yet read anything.
  const [, second = 0] = live
  const value = ((live.at(-1) ?? 0) - second) / (live.length - 2)
  const page = JSON.stringify(await bareExchange(first)).length / 1024
  return [
    {
      name: '1 calendar × 10,000 events: memory kept for each page',
      value,
      unit: 'KiB',
      target: atMost(value, KEPT_KB, `≤ ${KEPT_KB} KiB`),
      note: `a page is ${page.toFixed(0)} KiB of JSON; ${live.length} pages, events that do not block`,
    },
  ]
}
