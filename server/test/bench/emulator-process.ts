import { startMicrosoftEmulator } from '../../dev/microsoft-emulator/index.ts'

/**
 * Microsoft in a process of its own, so that what it costs is not counted as ours. Talks by IPC with `emulator.ts`,
 * which starts it.
 */
export interface Registration {
  readonly clientId: string
  readonly clientSecret: string
  readonly redirectUri: string
}

export interface Seed {
  readonly mailboxes: number
  readonly calendars: number
  /** In each calendar. */
  readonly events: number
  /** Whether they block time; they do when absent. */
  readonly showAs?: 'busy' | 'free'
}

export interface SeededMailbox {
  readonly address: string
  readonly calendarIds: readonly string[]
}

export interface Counts {
  readonly graph: number
  readonly token: number
}

export interface Orders {
  start(registration: Registration): Promise<string>
  seed(seed: Seed): Promise<readonly SeededMailbox[]>
  latency(milliseconds: number): Promise<void>
  /** Requests since the last count. */
  count(): Promise<Counts>
  expireAccessTokens(): Promise<void>
}

/** The first event's start; every further one of the calendar starts an hour later. */
export const FIRST_EVENT = Date.parse('2027-01-04T08:00:00Z')
export const HOUR_MS = 3_600_000
const EVENT_MS = 25 * 60_000
const DAY_MS = 24 * HOUR_MS
/** One event in twenty lasts all day, as in a diary with holidays and birthdays. */
const ALL_DAY_EVERY = 20

async function openEmulator({ clientId, clientSecret, redirectUri }: Registration) {
  const emulator = await startMicrosoftEmulator({ clientId, clientSecret, redirectUris: [redirectUri] })
  emulator.journal.recording = false
  const counts = { graph: 0, token: 0 }
  // Never fits and so never settles: it only counts.
  void emulator.journal.next(({ kind }) => {
    if (kind === 'graph' || kind === 'token') counts[kind] += 1
    return false
  })

  const eventAt = (index: number) => {
    const start = FIRST_EVENT + index * HOUR_MS
    const date = (offset: number) => new Date(start + offset).toISOString().slice(0, 10)
    return index % ALL_DAY_EVERY === ALL_DAY_EVERY / 2
      ? { start: date(0), end: date(DAY_MS), isAllDay: true }
      : { start: new Date(start), end: new Date(start + EVENT_MS) }
  }

  const seedMailbox = ({ calendars, events, showAs = 'busy' }: Seed): SeededMailbox => {
    const address = `therapist-${emulator.accounts.length + 1}@practice.example`
    const account = emulator.addAccount({ kind: 'work', address })
    for (let more = 1; more < calendars; more++) emulator.addCalendar(account, `Calendar ${more}`)
    for (const calendar of account.calendars)
      for (let index = 0; index < events; index++) emulator.addEvent(account, { ...eventAt(index), showAs }, calendar)
    return { address, calendarIds: account.calendars.map(({ id }) => id) }
  }

  return {
    origin: emulator.origin,
    seed: async (seed: Seed) => Array.from({ length: seed.mailboxes }, () => seedMailbox(seed)),
    latency: async (milliseconds: number) => {
      emulator.latencyMs = milliseconds
    },
    count: async () => {
      const counted = { ...counts }
      Object.assign(counts, { graph: 0, token: 0 })
      return counted
    },
    expireAccessTokens: async () => emulator.expireAccessTokens(),
  }
}

let opened: Awaited<ReturnType<typeof openEmulator>> | undefined

const orders: Orders = {
  start: async (registration) => {
    opened = await openEmulator(registration)
    return opened.origin
  },
  seed: async (seed) => running().seed(seed),
  latency: async (milliseconds) => running().latency(milliseconds),
  count: async () => running().count(),
  expireAccessTokens: async () => running().expireAccessTokens(),
}

function running() {
  if (opened === undefined) throw new Error('the emulator was not started')
  return opened
}

export interface Order {
  readonly id: number
  readonly name: keyof Orders
  readonly argument: unknown
}

export type Reply = { readonly id: number } & ({ readonly value: unknown } | { readonly failure: string })

async function obey({ id, name, argument }: Order): Promise<Reply> {
  try {
    const order = orders[name] as (argument: unknown) => Promise<unknown>
    return { id, value: await order(argument) }
  } catch (error) {
    return { id, failure: String(error) }
  }
}

if (process.send !== undefined) {
  process.on('message', async (order: Order) => process.send?.(await obey(order)))
  // The bench is gone, however it went.
  process.on('disconnect', () => process.exit())
}
