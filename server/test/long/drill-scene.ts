import { randomBytes, randomUUID } from 'node:crypto'
import fs from 'node:fs'
import { setTimeout as pause } from 'node:timers/promises'
import { Browser } from '../../dev/browser.ts'
import { freePort } from '../../dev/free-port.ts'
import { openDatabase } from '../../src/adapters/postgres/client.ts'
import { createKeyRing } from '../../src/adapters/postgres/encryption/key-ring.ts'
import { connectedPractice } from '../bench/system/scene.ts'
import type { EmulatedWorld } from '../support/emulated-world.ts'
import type { Practice } from '../support/practice.ts'
import { signIn, type Therapist } from '../support/therapist.ts'
import { startWorld } from '../support/world.ts'
import { type BehindNginx, type Environment, run, startBehindNginx } from './behind-nginx.ts'
import { CountedRequests } from './counted-requests.ts'

/** Renewed a minute after it was given: tokens are stored all the time. */
const ACCESS_TOKEN_SECONDS = 375
/** One visit of a client and a look of a therapist, seven requests, begin every so often, whatever became of those before. */
const VISIT_MS = 1_700
const DAYS_AHEAD = 60

const day = (after: number): string => new Date(Date.now() + after * 86_400_000).toISOString().slice(0, 10)
const anyOf = <T>(items: readonly T[]): T | undefined => items[Math.floor(Math.random() * items.length)]

export interface Scene {
  readonly world: EmulatedWorld
  readonly origin: string
  readonly therapists: readonly Therapist[]
  readonly processes: BehindNginx
  close(): Promise<void>
}

/** On the migrated database at DATABASE_URL: so many practices with Outlook connected, served by three processes behind nginx. */
export async function startScene(practices: number, kid: string): Promise<Scene> {
  const url = process.env.DATABASE_URL
  if (url === undefined) throw new Error('DATABASE_URL is missing')
  const keys = [{ kid, key: randomBytes(32) }]
  const ring = createKeyRing(keys)
  const { close, ...database } = openDatabase(url, ring)
  const front = await freePort()
  const origin = `http://127.0.0.1:${front}`
  const world = await startWorld({
    calendars: 'emulated',
    database: { ...database, url, ring, keys, drop: close },
    microsoft: { accessTokenSeconds: ACCESS_TOKEN_SECONDS },
    env: {
      NODE_ENV: 'production',
      APP_URL: origin,
      DRAIN_SECONDS: '5',
      // The load says of itself from where it comes, and nginx adds its own address.
      TRUST_PROXY_HOPS: '2',
      CALENDAR_FRESH_SECONDS: '20',
      CALENDAR_MAX_AGE_SECONDS: '300',
    },
  })
  world.microsoft.journal.recording = false
  const processes = await startBehindNginx(front, world.env)
  const therapists: Therapist[] = []
  for (let index = 0; index < practices; index += 1) {
    const practice = await connectedPractice(world, { origin }, 10)
    therapists.push(await signIn(origin, practice))
  }
  return {
    world,
    origin,
    therapists,
    processes,
    async close() {
      await processes.close()
      await world.close()
    },
  }
}

export interface Booked {
  readonly id: string
  /** The path of the client's page of it. */
  readonly manage: string
}

/** Books a free time through the API; undefined where nothing was offered, or a request failed. */
export async function book(origin: string, practice: Practice, requests: CountedRequests): Promise<Booked | undefined> {
  const { slug, serviceId } = practice
  const tenant = `${origin}/api/v1/tenants/${slug}`
  const from = 2 + Math.floor(Math.random() * DAYS_AHEAD)
  const found = await requests.ask(`${tenant}/slots?service=${serviceId}&from=${day(from)}&to=${day(from + 6)}`, 200)
  const { slots = [] } = (await found.json()) as { slots?: { start: string }[] }
  const start = anyOf(slots)?.start
  if (start === undefined) return undefined
  const made = await requests.ask(`${tenant}/bookings`, 201, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'idempotency-key': randomUUID() },
    body: JSON.stringify({ service: serviceId, start, client: { name: 'A client', email: 'client@example.org' } }),
  })
  const { id, manageUrl } = (await made.json()) as { id?: string; manageUrl?: string }
  return id === undefined ? undefined : { id, manage: new URL(String(manageUrl)).pathname }
}

export async function cancel(origin: string, { manage }: Booked, requests: CountedRequests): Promise<void> {
  const client = new Browser(origin, undefined, requests.fetch)
  const page = await client.get(manage)
  const form = page.form(`${manage}/cancel`) === undefined ? await client.get(`${manage}?cancel`) : page
  await client.submit(form, `${manage}/cancel`, {})
}

/** Pages, bookings and cancellations at a steady pace, about four requests a second. */
export class Load {
  readonly requests = new CountedRequests()
  /** Whether visitors have cookies and links of this application: a new SESSION_SECRET ends these. */
  links = true
  booked = 0
  readonly #scene: Scene
  readonly #over = new AbortController()
  readonly #visits = new Set<Promise<void>>()
  readonly #pace: Promise<void>

  constructor(scene: Scene) {
    this.#scene = scene
    this.#pace = this.#visitAll()
  }

  async stop(): Promise<void> {
    this.#over.abort()
    await this.#pace
    await Promise.all(this.#visits)
  }

  /** Waits until no visit is under way that began before. */
  async settle(): Promise<void> {
    await Promise.all(this.#visits)
  }

  async #visitAll(): Promise<void> {
    for (let turn = 0; !this.#over.signal.aborted; turn += 1) {
      const therapist = this.#scene.therapists[turn % this.#scene.therapists.length]
      if (therapist !== undefined) this.#begin(therapist)
      await pause(VISIT_MS)
    }
  }

  #begin(therapist: Therapist): void {
    // A request without an answer ends the visit; it is counted as failed.
    const visit: Promise<void> = this.#visit(therapist)
      .catch(() => {})
      .finally(() => this.#visits.delete(visit))
    this.#visits.add(visit)
  }

  async #visit({ practice, browser }: Therapist): Promise<void> {
    const { requests } = this
    const { origin } = this.#scene
    const page = `${origin}/book/${practice.slug}?service=${practice.serviceId}`
    await requests.ask(page, 200)
    await requests.ask(`${page}&day=${day(2 + Math.floor(Math.random() * DAYS_AHEAD))}`, 200)
    const booked = await book(origin, practice, requests)
    if (booked !== undefined) this.booked += 1
    if (!this.links) return
    if (booked !== undefined) await cancel(origin, booked, requests)
    const looked = await new Browser(origin, browser.cookies, requests.fetch).get('/appointments')
    if (looked.status !== 200) throw new Error(`the appointments answered ${looked.status}`)
  }
}

/** One of the operator's commands, as on a server; what it printed. Rejects where it ends with another code. */
export async function admin(scene: Scene, env: Environment, words: readonly string[], code = 0): Promise<string> {
  const output = `${scene.processes.folder}/command.txt`
  fs.rmSync(output, { force: true })
  const ended = await run(process.execPath, ['dist/cli/admin.js', ...words], env, output).ended
  const said = fs.readFileSync(output, 'utf8').trim()
  if (ended !== code) throw new Error(`${words.join(' ')} ended with ${ended}: ${said}`)
  return said
}

/** What the log has of these requests, one line each, and what they brought about. */
export function linesOf(scene: Scene, requestId: string): string[] {
  return fs
    .readFileSync(scene.processes.log, 'utf8')
    .split('\n')
    .filter((line) => line.includes(requestId) && !line.includes('_call"'))
}
