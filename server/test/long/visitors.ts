import { randomUUID } from 'node:crypto'
import type { Account } from '../../dev/microsoft-emulator/index.ts'
import type { EmulatedWorld } from '../support/emulated-world.ts'
import type { Practice } from '../support/practice.ts'
import { signIn } from '../support/therapist.ts'

const DAY_MS = 86_400_000
const byte = (): number => Math.floor(Math.random() * 256)
const dayAfter = (days: number): string => new Date(Date.now() + days * DAY_MS).toISOString().slice(0, 10)

export interface Connected {
  readonly practice: Practice
  readonly account: Account
}

/** A practice whose Outlook is connected at this process. */
export async function connectedPractice(world: EmulatedWorld, origin: string): Promise<Connected> {
  const practice = await world.practice()
  const account = world.microsoft.addAccount({ kind: 'work', address: `${practice.slug}@practice.example` })
  const landed = await (await signIn(origin, practice)).connectMicrosoft(world.microsoft, account)
  if (!landed.includes('connected')) throw new Error(`connecting ended at ${landed}`)
  return { practice, account }
}

/** Of somebody else each time. */
export const fromAnywhere = (): Record<string, string> => ({ 'x-forwarded-for': `198.51.${byte()}.${byte()}` })

export const slotsUrl = (origin: string, { slug, serviceId }: Practice, from = 7, to = from + 6): string =>
  `${origin}/api/v1/tenants/${slug}/slots?service=${serviceId}&from=${dayAfter(from)}&to=${dayAfter(to)}`

/** Every second free time of that many weeks from the next one on: none overlaps another. */
export async function freeStarts(origin: string, practice: Practice, weeks: number): Promise<string[]> {
  const starts: string[] = []
  for (let week = 1; week <= weeks; week += 1) {
    const answer = await fetch(slotsUrl(origin, practice, week * 7), { headers: fromAnywhere() })
    const { slots }: { slots: { start: string }[] } = await answer.json()
    starts.push(...slots.map(({ start }) => start).filter((start) => start.endsWith(':00:00.000Z')))
  }
  return starts
}

export interface Attempt {
  readonly start: string
  readonly key: string
  /** 0: no answer. */
  readonly status: number
  readonly id: string | undefined
}

export async function book(
  origin: string,
  practice: Practice,
  start: string,
  key: string = randomUUID(),
): Promise<Attempt> {
  const body = { service: practice.serviceId, start, client: { name: 'A client', email: `${key}@client.example` } }
  const headers = { 'content-type': 'application/json', 'idempotency-key': key, ...fromAnywhere() }
  const answer = await fetch(`${origin}/api/v1/tenants/${practice.slug}/bookings`, {
    method: 'POST',
    headers,
    body: JSON.stringify(body),
    signal: AbortSignal.timeout(30_000),
  }).catch(() => undefined)
  const text = await answer?.text().catch(() => undefined)
  if (answer === undefined || text === undefined) return { start, key, status: 0, id: undefined }
  const told: { id?: string } = answer.headers.get('content-type')?.includes('json') ? JSON.parse(text) : {}
  return { start, key, status: answer.status, id: told.id }
}
