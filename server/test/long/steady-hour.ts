import { randomBytes, randomUUID } from 'node:crypto'
import fs from 'node:fs'
import { setTimeout as pause } from 'node:timers/promises'
import { Browser } from '../../dev/browser.ts'
import { openBenchDatabase } from '../bench/system/database.ts'
import { connectedPractice } from '../bench/system/scene.ts'
import { startProduct } from '../bench/system/server-process.ts'
import type { Practice } from '../support/practice.ts'
import { startWorld } from '../support/world.ts'

/**
 * FF7: an hour of steady load on the production build, and what its heap and its resident memory come to. It may not grow once
 * it is warm: the smallest heap of the last quarter is compared with that of the second. `MINUTES` makes it shorter.
 * Expects `npm run build` to have run. Writes `.data/steady-hour.json`.
 */
const MINUTES = Number(process.env.MINUTES ?? 60)
const PRACTICES = 12
/** Between two rounds of requests. */
const ROUND_MS = 1_000
const SAMPLE_MS = 15_000
/** The most that the smallest heap may grow from the second quarter to the last. */
const GROWTH = 1.1
const MIB = 2 ** 20

interface Sample {
  readonly minute: number
  readonly heapMiB: number
  readonly residentMiB: number
}

const token = randomBytes(32).toString('base64url')
const world = await startWorld({
  calendars: 'emulated',
  database: await openBenchDatabase(),
  env: { CALENDAR_FRESH_SECONDS: '20', CALENDAR_MAX_AGE_SECONDS: '300', TRUST_PROXY_HOPS: '1', METRICS_TOKEN: token },
})
world.microsoft.journal.recording = false
const product = await startProduct(world.env)
const practices: Practice[] = []
for (let index = 0; index < PRACTICES; index++) practices.push(await connectedPractice(world, product, 10))
const counts = { requests: 0, bookings: 0, refused: 0 }

const address = (): string => `100.64.${Math.floor(Math.random() * 256)}.${Math.floor(Math.random() * 256)}`
const day = (after: number): string => new Date(Date.now() + after * 86_400_000).toISOString().slice(0, 10)

async function ask(path: string, init: RequestInit = {}): Promise<Response> {
  counts.requests += 1
  const headers = { 'x-forwarded-for': address(), ...(init.headers as Record<string, string>) }
  const answer = await fetch(`${product.origin}${path}`, { ...init, headers })
  if (answer.status >= 500) throw new Error(`${path.split('?')[0]} answered ${answer.status}`)
  return answer
}

/** Looks, as pages and the API do, books a free time, and cancels it. */
async function visit({ slug, serviceId }: Practice): Promise<void> {
  const from = 2 + Math.floor(Math.random() * 60)
  await (await ask(`/book/${slug}?service=${serviceId}`)).text()
  await (await ask(`/book/${slug}?service=${serviceId}&day=${day(from)}`)).text()
  const path = `/api/v1/tenants/${slug}`
  const found = await ask(`${path}/slots?service=${serviceId}&from=${day(from)}&to=${day(from + 6)}`)
  const { slots = [] } = (await found.json()) as { slots?: { start: string }[] }
  const start = slots[Math.floor(Math.random() * slots.length)]?.start
  if (start === undefined) return
  const made = await ask(`${path}/bookings`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'idempotency-key': randomUUID() },
    body: JSON.stringify({ service: serviceId, start, client: { name: 'A client', email: 'client@example.org' } }),
  })
  const booked = (await made.json()) as { id?: string; manageUrl?: string }
  if (booked.id === undefined) counts.refused += 1
  else {
    counts.bookings += 1
    await cancel(new URL(String(booked.manageUrl)).pathname)
  }
}

async function cancel(manage: string): Promise<void> {
  const browser = new Browser(product.origin)
  const page = await browser.get(manage, { 'x-forwarded-for': address() })
  const form = page.form(`${manage}/cancel`) === undefined ? await browser.get(`${manage}?cancel`) : page
  const answer = await browser.submit(form, `${manage}/cancel`, {})
  if (answer.status !== 303) throw new Error(`cancelling answered ${answer.status}`)
}

async function sample(minute: number): Promise<Sample> {
  const answer = await fetch(`${product.origin}/metrics`, { headers: { authorization: `Bearer ${token}` } })
  const text = await answer.text()
  const of = (name: string): number => Number(new RegExp(`^${name} ([\\d.e+]+)$`, 'm').exec(text)?.[1]) / MIB
  return { minute, heapMiB: of('nodejs_heap_size_used_bytes'), residentMiB: of('process_resident_memory_bytes') }
}

const samples: Sample[] = []
const begun = performance.now()
const minute = () => (performance.now() - begun) / 60_000
let nextSample = 0
let turn = 0
try {
  while (minute() < MINUTES) {
    const practice = practices[turn++ % practices.length]
    if (practice !== undefined) await visit(practice)
    if (performance.now() - begun >= nextSample) {
      samples.push(await sample(minute()))
      nextSample += SAMPLE_MS
      if (samples.length % 20 === 1) console.log(JSON.stringify(samples.at(-1)), JSON.stringify(counts))
    }
    await pause(ROUND_MS)
  }
} finally {
  await product.stop()
  await world.close()
}

/** The smallest of a quarter: what is left once everything was collected. */
const quarter = (index: number, of: 'heapMiB' | 'residentMiB'): number => {
  const within = samples.filter((one) => Math.floor((one.minute / MINUTES) * 4) === index)
  return Math.min(...within.map((one) => one[of]))
}
const quarters = [0, 1, 2, 3].map((index) => ({
  heapMiB: quarter(index, 'heapMiB').toFixed(1),
  residentMiB: quarter(index, 'residentMiB').toFixed(1),
}))
const growth = quarter(3, 'heapMiB') / quarter(1, 'heapMiB')
fs.mkdirSync('.data', { recursive: true })
fs.writeFileSync('.data/steady-hour.json', `${JSON.stringify({ counts, quarters, samples }, undefined, 2)}\n`)
console.table(quarters)
console.log(
  `${JSON.stringify(counts)}; the smallest heap grew ${growth.toFixed(3)} × from the second quarter to the last`,
)
if (!(growth <= GROWTH)) process.exitCode = 1
