import { Pool } from 'undici'
import { median } from '../measure.ts'
import type { Measured } from './server-process.ts'

/** Requests at once. */
const CALLERS = 16
const ROUND_MS = 1_500
/** At least, on a machine that is busy otherwise: fewer say little of the CPU of each, which Linux counts in hundredths of a second. */
const ROUND_REQUESTS = 120

export interface Cost {
  readonly perSecond: number
  /** Of the server's process, each request. */
  readonly cpuMs: number
}

/** Each request comes from an address of its own: behind one address everybody meets the limit of requests a minute. */
function anyAddress(): string {
  const byte = () => Math.floor(Math.random() * 256)
  return `100.${64 + Math.floor(Math.random() * 64)}.${byte()}.${byte()}`
}

async function round({ origin, cpuMs }: Measured, path: string): Promise<Cost> {
  const pool = new Pool(origin, { connections: CALLERS })
  const before = cpuMs()
  const begun = performance.now()
  let count = 0
  const loop = async () => {
    while (count < ROUND_REQUESTS || performance.now() - begun < ROUND_MS) {
      const { statusCode, body } = await pool.request({
        path,
        method: 'GET',
        headers: { 'x-forwarded-for': anyAddress() },
      })
      await body.dump()
      if (statusCode !== 200) throw new Error(`${path.split('?')[0]} answered ${statusCode}`)
      count += 1
    }
  }
  try {
    await Promise.all(Array.from({ length: CALLERS }, loop))
    const took = performance.now() - begun
    return { perSecond: (count * 1000) / took, cpuMs: (cpuMs() - before) / count }
  } finally {
    await pool.close()
  }
}

export interface Contender {
  readonly server: Measured
  readonly path: string
}

/** Short rounds in turn, so that all meet the same machine; the first warms up. Medians of each one's rounds. */
export async function compete<Name extends string>(
  contenders: Readonly<Record<Name, Contender>>,
  rounds: number,
): Promise<Record<Name, Cost>> {
  const names = Object.keys(contenders) as Name[]
  const costs = new Map<Name, Cost[]>(names.map((name) => [name, []]))
  for (let turn = -1; turn < rounds; turn++)
    for (const name of turn % 2 === 0 ? names : names.toReversed()) {
      const { server, path } = contenders[name]
      const cost = await round(server, path)
      if (turn >= 0) costs.get(name)?.push(cost)
    }
  const middle = (name: Name): Cost => ({
    perSecond: median((costs.get(name) ?? []).map(({ perSecond }) => perSecond)),
    cpuMs: median((costs.get(name) ?? []).map(({ cpuMs }) => cpuMs)),
  })
  return Object.fromEntries(names.map((name) => [name, middle(name)])) as Record<Name, Cost>
}
