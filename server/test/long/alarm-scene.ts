import { spawnSync } from 'node:child_process'
import pg from 'pg'
import type { Account, FaultHandle } from '../../dev/microsoft-emulator/index.ts'
import type { EmulatedWorld } from '../support/emulated-world.ts'
import type { Practice } from '../support/practice.ts'
import type { ProductionProcess } from './production-process.ts'
import { ask, type RealPostgres } from './real-postgres.ts'
import { book, freeStarts } from './visitors.ts'

export interface Scene {
  readonly world: EmulatedWorld
  readonly postgres: RealPostgres
  /** Of the database, past the applications. */
  readonly url: string
  /** Serves pages and takes jobs. */
  readonly both: ProductionProcess
  /** Serves pages alone. */
  readonly web: ProductionProcess
  /** Each with an account of its own. */
  readonly practices: readonly (readonly [Practice, Account])[]
  /** Visitors of the process `both`, a second. */
  readonly visitors: { pages: number; slots: number }
  /** For the causes that set it: what the commands run with. */
  readonly env: Readonly<Record<string, string>>
}

export interface Cause {
  /** What really happens. */
  readonly what: string
  readonly fires: readonly string[]
  /** Further ones that its consequences may fire, and why. */
  readonly may?: Readonly<Record<string, string>>
  begin(scene: Scene): Promise<unknown>
  end(scene: Scene): Promise<unknown>
}

export const EVENTS = /^POST \/v1\.0\/.*events$/
export const OF_GRAPH = /^\w+ \/v1\.0\//
export const READS = /^GET \/v1\.0\/.*calendarView/

export const first = ({ practices }: Scene): readonly [Practice, Account] => {
  const [one] = practices
  if (one === undefined) throw new Error('there is no practice')
  return one
}

export async function bookMany(scene: Scene, count: number): Promise<void> {
  const [practice] = first(scene)
  const booked = await ask<{ starts_at: Date }>(scene.url, 'SELECT starts_at FROM booking')
  const taken = new Set(booked.map(({ starts_at }) => starts_at.toISOString()))
  const free = (await freeStarts(scene.both.origin, practice, 4)).filter((start) => !taken.has(start))
  for (const start of free.slice(0, count)) {
    const { status } = await book(scene.both.origin, practice, start)
    if (status !== 201) throw new Error(`booking answered ${status}`)
  }
}

/** Sessions whose lock or table is held until the cause ends. */
const held: pg.Client[] = []
export async function hold(url: string, ...statements: readonly string[]): Promise<void> {
  const client = new pg.Client({ connectionString: url })
  client.on('error', () => {})
  await client.connect()
  held.push(client)
  for (const statement of statements) await client.query(statement)
}
/** Answers of Outlook that are held until the cause ends; each keeps a place of its mailbox. */
let write: FaultHandle | undefined
export const holdWrites = ({ world }: Scene): FaultHandle => {
  write = world.microsoft.faults.hold(EVENTS, { applied: false, times: 100 })
  return write
}
export const releaseWrites = async ({ world }: Scene): Promise<void> => {
  world.microsoft.faults.clear()
  write?.release()
}

export const letGo = (): Promise<unknown> => Promise.all(held.splice(0).map((client) => client.end()))

export const admin = ({ env }: Scene, ...args: readonly string[]): void => {
  const done = spawnSync(process.execPath, ['dist/cli/admin.js', ...args], { env: { PATH: process.env.PATH, ...env } })
  if (done.status !== 0) throw new Error(`${args.join(' ')}: ${done.stderr}`)
}

export const readOnly = (scene: Scene, how: 'on' | 'off'): Promise<unknown> =>
  ask(scene.postgres.url('postgres'), `ALTER SYSTEM SET default_transaction_read_only = '${how}'`).then(() =>
    ask(scene.postgres.url('postgres'), 'SELECT pg_reload_conf()'),
  )

export const noVisitors = ({ visitors }: Scene): void => void Object.assign(visitors, { pages: 0, slots: 0 })
export const fewSlots = ({ visitors }: Scene): void => void Object.assign(visitors, { pages: 10, slots: 0.3 })
export const manySlots = ({ visitors }: Scene): void => void Object.assign(visitors, { pages: 2, slots: 2 })

export const OUT_OF_DATABASE = {
  BookingWorkerStopped: 'the runner may end or fall silent in an outage',
  BookingAlarm: 'worker_stopped is an error of the log',
}
