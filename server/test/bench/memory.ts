import { fork } from 'node:child_process'
import { once } from 'node:events'
import path from 'node:path'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { http } from '../../src/net/http.ts'
import { bareExchange, type Exchange, exchangesOf } from './bare.ts'
import type { RemoteEmulator } from './emulator.ts'
import { atMost, type Figure } from './figures.ts'
import type { Peaks, Reader } from './memory-process.ts'
import { connectTherapists, memoryVaultOf, newBinding, type Therapist, windowOf } from './therapists.ts'

const EVENTS = 10_000
const LONG_EVENTS = 40_000
/** What one page more may leave behind: its link and what V8 forgets to tidy, not its events. */
const KEPT_KB = 16
/** Thirty pages that are kept are more than this as text alone, and three times as much as objects. */
const GROWTH_MB = 8

/** Of a chain of pages whose events do not block: whatever grows from page to page is a page that was kept. */
export async function memory(emulator: RemoteEmulator): Promise<Figure[]> {
  const short = await seeded(emulator, EVENTS)
  const long = await seeded(emulator, LONG_EVENTS)
  return [...(await peaks(emulator, short, long)), await kept(emulator, short)]
}

interface Chain {
  readonly therapist: Therapist
  readonly events: number
  readonly first: Exchange
  readonly pages: number
}

async function seeded(emulator: RemoteEmulator, events: number): Promise<Chain> {
  const [therapist] = await connectTherapists(emulator, { mailboxes: 1, calendars: 1, events, showAs: 'free' })
  if (therapist === undefined) throw new Error('nobody was seeded')
  const exchanges = await exchangesOf(
    (http) => newBinding(emulator, memoryVaultOf([therapist]), http),
    (binding) => binding.calendarFor(therapist.connection).getFreeBusy(windowOf(events)),
  )
  const [first] = exchanges
  if (first === undefined) throw new Error('the adapter asked nothing')
  return { therapist, events, first, pages: exchanges.length }
}

/** The most memory that a process of its own ever had: after many short chains, and after some that are four times as long. */
async function peaks({ origin }: RemoteEmulator, short: Chain, long: Chain): Promise<Figure[]> {
  const measured = async (reader: (chain: Chain) => Reader): Promise<Peaks> => {
    const child = fork(path.join(import.meta.dirname, 'memory-process.ts'))
    let peaks: Peaks | undefined
    // The loader has words of its own for whoever started a process.
    child.on('message', (message: { readonly peaks?: Peaks }) => {
      peaks = message.peaks ?? peaks
    })
    child.send({ short: reader(short), long: reader(long) })
    await once(child, 'exit')
    if (peaks === undefined) throw new Error('the process that was measured has ended without a word')
    return peaks
  }
  const ours = await measured(({ therapist, events }) => ({ how: 'adapter', origin, therapist, events }))
  const bare = await measured(({ first }) => ({ how: 'bare', first }))
  const growth = ours.long - ours.short
  return [
    {
      name: `1 calendar × ${EVENTS.toLocaleString('en')} events: peak memory of a process`,
      value: ours.short,
      unit: 'MiB',
      limit: bare.short,
      note: `resident, Node itself included; 40 reads of ${short.pages} pages`,
    },
    {
      name: `1 calendar × ${LONG_EVENTS.toLocaleString('en')} events: growth of that peak`,
      value: growth,
      unit: 'MiB',
      limit: bare.long - bare.short,
      target: atMost(growth, GROWTH_MB, `≤ ${GROWTH_MB} MiB`),
      note: `10 reads of ${long.pages} pages in the same process`,
    },
  ]
}

/** What is still reachable before each request, after a full collection. */
async function kept(emulator: RemoteEmulator, { therapist, events, first }: Chain): Promise<Figure> {
  setFlagsFromString('--expose-gc')
  const collect = runInNewContext('gc') as () => void
  const live: number[] = []
  const binding = newBinding(emulator, memoryVaultOf([therapist]), (url, request) => {
    collect()
    const { heapUsed, arrayBuffers } = process.memoryUsage()
    live.push((heapUsed + arrayBuffers) / 1024)
    return http(url, request)
  })
  const read = () => binding.calendarFor(therapist.connection).getFreeBusy(windowOf(events))
  await read()
  live.length = 0
  await read()
  // From the second request on: the first has not yet read anything.
  const [, second = 0] = live
  const value = ((live.at(-1) ?? 0) - second) / (live.length - 2)
  const page = JSON.stringify(await bareExchange(first)).length / 1024
  return {
    name: `1 calendar × ${EVENTS.toLocaleString('en')} events: memory kept for each page`,
    value,
    unit: 'KiB',
    target: atMost(value, KEPT_KB, `≤ ${KEPT_KB} KiB`),
    note: `a page is ${page.toFixed(0)} KiB of JSON; ${live.length} pages`,
  }
}
