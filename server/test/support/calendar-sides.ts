import { randomUUID } from 'node:crypto'
import type { Fault } from '../../dev/microsoft-emulator/index.ts'
import type { EmulatedWorld } from './emulated-world.ts'
import type { Therapist } from './therapist.ts'

export const IRIS = 'iris@practice.example'
const FOREVER = { times: Number.POSITIVE_INFINITY }

/** One provider, with an account whose calendars a test makes and breaks. */
export interface Side {
  /** Where she lands. */
  connect(): Promise<string>
  /** Makes a calendar of the account. */
  add(name: string, settings?: { readonly foreign?: string }): void
  fail(name: string): void
  remove(name: string): void
  /** A busy hour within the time that `slots` asks for. */
  block(name: string): void
}

export function microsoftSide(
  world: EmulatedWorld,
  therapist: Therapist,
): Side & { strike(name: string, fault: Fault): void } {
  const account = world.microsoft.addAccount({ kind: 'work', address: `${randomUUID()}@praxis.example` })
  const strike = (name: string, fault: Fault) => {
    const { id } = world.microsoft.calendar(account, name)
    const ids = [id, encodeURIComponent(id)]
    world.microsoft.faults.failNext(({ path }) => ids.some((one) => path.includes(one)), fault, FOREVER)
  }
  return {
    connect: () => therapist.connectMicrosoft(world.microsoft, account),
    add: (name, { foreign } = {}) =>
      void world.microsoft.addCalendar(
        account,
        name,
        foreign === undefined
          ? {}
          : { canEdit: false, owner: { name: foreign, address: `${randomUUID()}@praxis.example` } },
      ),
    strike,
    fail: (name) => strike(name, { status: 403, code: 'ErrorAccessDenied' }),
    remove: (name) => world.microsoft.removeCalendar(account, name),
    block: (name) => void world.microsoft.addEvent(account, daysAhead(world), name),
  }
}

/** Of Iris, who begins with her primary calendar alone. */
export function googleSide(world: EmulatedWorld, therapist: Therapist): Side {
  const account = world.google.account(IRIS)
  account.freeBusyErrors.clear()
  for (const [id, { primary }] of account.calendars) if (!primary) account.calendars.delete(id)
  const idOf = (name: string) => [...account.calendars.values()].find(({ summary }) => summary === name)?.id ?? ''
  return {
    connect: () => therapist.connectGoogle(world.google),
    add: (name, { foreign } = {}) =>
      void world.google.addCalendar(IRIS, name, foreign === undefined ? {} : { accessRole: 'freeBusyReader' }),
    fail: (name) => void account.freeBusyErrors.set(idOf(name), 'notFound'),
    remove: (name) => void account.calendars.delete(idOf(name)),
    block: (name) => {
      const { start, end } = daysAhead(world)
      const at = { start: { dateTime: start.toISOString() }, end: { dateTime: end.toISOString() } }
      world.google.addEvent(IRIS, at, idOf(name))
    },
  }
}

const DAY_MS = 86_400_000
/** More than what `slots` asks for. */
export function daysAhead(world: EmulatedWorld) {
  const now = world.clock.now().getTime()
  return { start: new Date(now + 6 * DAY_MS), end: new Date(now + 15 * DAY_MS) }
}
