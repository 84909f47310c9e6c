import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { openDatabase } from '../../src/adapters/postgres/client.ts'
import { createKeyRing } from '../../src/adapters/postgres/encryption/key-ring.ts'
import { keysInUse, rotateTokenKeys } from '../../src/adapters/postgres/encryption/key-rotation.ts'
import { type ChildApplication, runChild } from '../support/child-process.ts'
import { openTestDatabase, testKey } from '../support/database.ts'
import type { EmulatedWorld, Instance } from '../support/emulated-world.ts'
import { keysText } from '../support/environment.ts'
import type { Practice } from '../support/practice.ts'
import { createConnection } from '../support/rows.ts'
import { until } from '../support/until.ts'
import { startWorld } from '../support/world.ts'
import { book, forgetLimits, newAccount, outcomeOf, slots, tokenRequests } from './support.ts'

const OLD = testKey('old')
const NEW = testKey('new')
const MANY = 1500
/** Nothing was done, and the same may be asked again: the database or the calendar took too long. */
const TURNED_AWAY = 503

let world: EmulatedWorld
let practice: Practice
let stillOnStepOne: Instance & ChildApplication
let onStepTwo: Instance & ChildApplication

beforeAll(async () => {
  // Tokens that are about to end as soon as they are issued: every question refreshes them.
  world = await startWorld({
    calendars: 'emulated',
    database: await openTestDatabase([OLD]),
    microsoft: { accessTokenSeconds: 200 },
  })
  const keys = (...order: (typeof OLD)[]) => ({ TOKEN_ENCRYPTION_KEYS: keysText(order) })
  // The new key can be read everywhere before it is first used anywhere.
  const setUp = await world.start(keys(OLD))
  const therapist = await setUp.signIn(await world.practice())
  practice = therapist.practice
  const account = newAccount(world)
  for (const name of ['Second', 'Third']) world.microsoft.addCalendar(account, name)
  expect(outcomeOf(await therapist.connectMicrosoft(world.microsoft, account))).toBe('connected')
  await setUp.close()
  await manySealedRows()
  ;[stillOnStepOne, onStepTwo] = await Promise.all([world.spawn(keys(OLD, NEW)), world.spawn(keys(NEW, OLD))])
})
afterAll(() => world.close())

/** Calendars of an account that waits: sealed, and in nobody's way. */
async function manySealedRows(): Promise<void> {
  const { database } = world.database
  const other = await world.practice()
  const connectionId = await createConnection(database, other.tenantId, '{}', { status: 'PENDING' })
  await database.connectedCalendar.createMany({
    data: Array.from({ length: MANY }, (_, index) => ({
      id: randomUUID(),
      tenantId: other.tenantId,
      connectionId,
      provider: 'MICROSOFT' as const,
      externalId: `calendar-${index}`,
      name: `Calendar ${index}`,
      isDefault: false,
    })),
  })
}

const admin = (order: readonly (typeof OLD)[]) =>
  runChild('server/src/cli/admin.ts', ['rotate-token-keys'], { ...world.env, TOKEN_ENCRYPTION_KEYS: keysText(order) })

const usage = async () => Object.fromEntries(await keysInUse(world.database.database))

// Five processes start in it, one after the other and beside work without pause: it ends by what it sees, not by the clock.
it('TS-14 TS-15 F-09 keys rotate while two processes book and refresh: no error, resumable after SIGKILL, then the old key may go', async () => {
  const refused: string[] = []
  let working = true
  let bookings = 0
  const work = async (instance: Instance): Promise<void> => {
    for (let turn = 0; working; turn++) {
      if (turn % 50 === 0) await forgetLimits(world)
      const { status, starts } = await slots(world, instance, practice)
      if (status !== 200 && status !== TURNED_AWAY) refused.push(`slots ${status}`)
      // Each booking an hour of its own process's half of the week.
      const start = starts[instance === onStepTwo ? starts.length - 1 : 0]
      if (start !== undefined && bookings < 12) {
        const booked = await book(instance, practice, start)
        if (booked.status === 201) bookings++
        else if (booked.status !== TURNED_AWAY) refused.push(`book ${booked.status}`)
      }
    }
  }
  const load = Promise.all([work(stillOnStepOne), work(onStepTwo)])

  const killed = admin([NEW, OLD])
  await until(() => killed.output().includes('encrypted again'))
  killed.process.kill('SIGKILL')
  expect(await killed.ended).toBe('SIGKILL')
  const halfway = await usage()
  const refreshes = tokenRequests(world)
  expect(halfway.new).toBeGreaterThan(0)
  expect(halfway.old).toBeGreaterThan(0)

  await expect(world.start({ TOKEN_ENCRYPTION_KEYS: keysText([NEW]) })).rejects.toThrow(
    /TOKEN_ENCRYPTION_KEYS lacks key old, which \d+ stored values still use/,
  )

  // The last process of step one is replaced, as a deployment would; only then is nothing sealed under the old key.
  const again = admin([NEW, OLD])
  expect(await again.ended, again.output()).toBe(0)
  working = false
  await load
  expect(refused).toEqual([])
  // Whoever was turned away was so by a busy machine: no process met a value that it could not open.
  for (const { output } of [stillOnStepOne, onStepTwo])
    expect(output()).not.toMatch(/tokens_unreadable|"reason":"(reconnect|garbled|misconfigured|forbidden)"/)
  expect(bookings).toBeGreaterThan(4)
  expect(tokenRequests(world)).toBeGreaterThan(refreshes)

  await stillOnStepOne.close()
  const ring = createKeyRing([NEW, OLD])
  const { database, close } = openDatabase(world.database.url, ring)
  expect(await rotateTokenKeys(database, ring)).toMatchObject({ unreadable: 0 })
  await close()
  expect(Object.keys(await usage())).toEqual(['new'])
  const after = await world.start({ TOKEN_ENCRYPTION_KEYS: keysText([NEW]) })
  expect((await slots(world, after, practice)).status).toBe(200)
}, 300_000)
