import type { Http } from '../../src/net/http.ts'
import { bareExchange, type Exchange, exchangesOf, transportExchange } from './bare.ts'
import type { RemoteEmulator } from './emulator.ts'
import { atLeast, atMost, exactly, type Figure } from './figures.ts'
import { inTurn, median, type Rivals, race } from './measure.ts'
import { withSealedVault } from './sealed.ts'
import { connectTherapists, memoryVaultOf, newBinding, type Therapist, windowOf } from './therapists.ts'

const CALENDARS = 3
const EVENTS = 40
const CALLERS = 16
const LATENCY_MS = 50
const WHAT = `${CALENDARS} calendars × ${EVENTS} events`

/**
 * Sixteen callers have sixteen mailboxes: Outlook takes four requests of a mailbox at a time, and a batch of three
 * calendars is three of them, so that callers of one mailbox would only measure its queue.
 */
export async function coldReads(emulator: RemoteEmulator): Promise<Figure[]> {
  const therapists = await connectTherapists(emulator, { mailboxes: CALLERS, calendars: CALENDARS, events: EVENTS })
  const vault = memoryVaultOf(therapists)
  const exchanges = await Promise.all(
    therapists.map(async ({ connection }, caller) => {
      const open = (http: Http) => newBinding(emulator, vault, http)
      const [only] = await exchangesOf(open, (binding) =>
        binding.calendarFor(connection).getFreeBusy(windowOf(EVENTS, caller)),
      )
      if (only === undefined) throw new Error('the adapter asked nothing')
      return only
    }),
  )
  const rivals = { therapists, bare: (caller: number) => bareExchange(at(exchanges, caller)) }
  const ours = readers(therapists, newBinding(emulator, vault))
  const alone = await roundTrip(emulator, { ours, exchanges })
  const warm = await race(CALLERS, 24, { ours, bare: rivals.bare })
  const transport = (caller: number) => transportExchange(at(exchanges, caller))
  const nothing = await race(CALLERS, 12, { ours: transport, bare: rivals.bare })
  return [
    ...alone,
    { ...figure('tokens in memory', warm), target: atLeast(warm.ratio, 0.8, '≥ 0.8 × bare') },
    figure('our transport alone, nothing understood', nothing),
    ...(await sealed(emulator, therapists, rivals.bare)),
  ]
}

/** One reader for each caller, as the services open them: one binding, a provider for each read. */
const readers =
  (therapists: readonly Therapist[], binding: ReturnType<typeof newBinding>) =>
  (caller: number): Promise<unknown> =>
    binding.calendarFor(at(therapists, caller).connection).getFreeBusy(windowOf(EVENTS, caller))

async function roundTrip(
  emulator: RemoteEmulator,
  { ours, exchanges }: { ours: (caller: number) => Promise<unknown>; exchanges: readonly Exchange[] },
): Promise<Figure[]> {
  await emulator.count()
  await ours(0)
  const { graph } = await emulator.count()
  await emulator.latency(LATENCY_MS)
  const samples = await inTurn({ ours: () => ours(0), bare: () => bareExchange(at(exchanges, 0)) }, 80, 10)
  await emulator.latency(0)
  const [value, limit] = [median(samples.ours), median(samples.bare)]
  const ratio = value / limit
  return [
    { name: `${WHAT}: Graph requests`, value: graph, unit: '', target: exactly(graph, 1) },
    {
      name: `${WHAT}: p50 at ${LATENCY_MS} ms latency`,
      value,
      unit: 'ms',
      limit,
      target: atMost(ratio, 1.1, '≤ 1.10 × bare'),
      note: `${ratio.toFixed(3)} × bare, 80 reads in turn`,
    },
  ]
}

const words = ({ ours, bare, ratio }: Rivals): string =>
  `${ratio.toFixed(2)} × bare; own CPU ${ours.cpuMs.toFixed(2)} ms a read, bare ${bare.cpuMs.toFixed(2)}`

/** The same against PostgreSQL. An adapter made for one read has no token in memory: it opens the sealed row. */
const sealed = (
  emulator: RemoteEmulator,
  therapists: readonly Therapist[],
  bare: (caller: number) => Promise<unknown>,
): Promise<Figure[]> =>
  withSealedVault(therapists, async (vault, stored) => {
    const warm = await race(CALLERS, 12, { ours: readers(stored, newBinding(emulator, vault)), bare })
    const cold = (caller: number) => readers(stored, newBinding(emulator, vault))(caller)
    const opened = await race(CALLERS, 12, { ours: cold, bare })
    return [
      figure('tokens in memory, version asked of PostgreSQL', warm),
      figure('token opened from its sealed row each time', opened),
    ]
  })

function figure(name: string, rivals: Rivals): Figure {
  const { ours, bare } = rivals
  return {
    name: `${WHAT}: ${CALLERS} callers, ${name}`,
    value: ours.perSecond,
    unit: 'reads/s',
    limit: bare.perSecond,
    note: words(rivals),
  }
}

function at<T>(list: readonly T[], index: number): T {
  const found = list[index]
  if (found === undefined) throw new RangeError(`there is no caller ${index}`)
  return found
}
