import { spawnSync } from 'node:child_process'
import { startWorld } from '../../support/world.ts'
import { atLeast, atMost, type Figure } from '../figures.ts'
import { openBenchDatabase } from './database.ts'
import { type Contender, type Cost, compete } from './load.ts'
import { connectedPractice, otherPractices, pathsOf, windowOfSlots } from './scene.ts'
import { type Measured, startLimit, startProduct } from './server-process.ts'

const ROUNDS = 5
const HISTORY = 100_000

/** How much of the one-statement limit's rate the slots and the page of a day have to reach. */
const SHARE = 0.6
/** How much more CPU than the page of a day the page of fourteen may cost, and a long history than a short one. */
const MORE_DAYS = 1.5
const MORE_HISTORY = 1.15

/**
 * `npm run bench -- --system`: pages and slots of the production build, remembered reads, beside bare Express with `SELECT 1`
 * and beside everything the page needs from one prepared statement, with the same bytes.
 */
export async function system(): Promise<Figure[]> {
  if (spawnSync('npm', ['run', 'build', '--silent'], { stdio: 'inherit' }).status !== 0) throw new Error('not built')
  const world = await startWorld({
    calendars: 'emulated',
    database: await openBenchDatabase(),
    env: { CALENDAR_FRESH_SECONDS: '3600', CALENDAR_MAX_AGE_SECONDS: '3600', TRUST_PROXY_HOPS: '1' },
  })
  const running: Measured[] = []
  try {
    const product = await startProduct(world.env)
    running.push(product)
    const practice = await connectedPractice(world, product, 10)
    const old = await connectedPractice(world, product, HISTORY)
    await otherPractices(world)
    const paths = pathsOf(practice)
    const contenders: Record<string, Contender> = {
      slots: { server: product, path: paths.slots },
      day: { server: product, path: paths.day },
      days: { server: product, path: paths.days },
      'slots with a long history': { server: product, path: pathsOf(old).slots },
    }
    for (const page of ['slots', 'day'] as const) {
      const answer = await fetch(`${product.origin}${paths[page]}`, { headers: { 'x-forwarded-for': '100.64.0.1' } })
      if (!answer.ok) throw new Error(`${page} answered ${answer.status}`)
      const limit = await startLimit(world.database.url, {
        slug: practice.slug,
        ...windowOfSlots,
        headers: headersOf(answer),
        body: await answer.text(),
      })
      running.push(limit)
      contenders[`${page}: SELECT 1`] = { server: limit, path: '/select' }
      contenders[`${page}: one statement`] = { server: limit, path: '/statement' }
    }
    return figuresOf(await compete(contenders, ROUNDS))
  } finally {
    for (const one of running) await one.stop()
    await world.close()
  }
}

/** Set by Node, or by the request. */
const NOT_SET = ['connection', 'content-length', 'date', 'keep-alive']

const headersOf = ({ headers }: Response): Record<string, string> =>
  Object.fromEntries([...headers].filter(([name]) => !NOT_SET.includes(name)))

function figuresOf(costs: Readonly<Record<string, Cost>>): Figure[] {
  const of = (name: string): Cost => costs[name] ?? { perSecond: Number.NaN, cpuMs: Number.NaN }
  const beside = (page: 'slots' | 'day', name: string): Figure => {
    const [ours, limit] = [of(page), of(`${page}: one statement`)]
    const share = ours.perSecond / limit.perSecond
    return {
      name,
      value: ours.perSecond,
      unit: 'requests/s',
      limit: limit.perSecond,
      target: atLeast(share, SHARE, `≥ ${SHARE} × one statement`),
      note: `${share.toFixed(2)} × one statement; CPU ${ours.cpuMs.toFixed(2)} ms, its ${limit.cpuMs.toFixed(2)}; bare with SELECT 1 ${of(`${page}: SELECT 1`).perSecond.toFixed(0)} requests/s`,
    }
  }
  const times = (name: string, more: Cost, less: Cost, most: number): Figure => ({
    name,
    value: more.cpuMs,
    unit: 'ms CPU',
    limit: less.cpuMs,
    target: atMost(more.cpuMs / less.cpuMs, most, `≤ ${most} ×`),
    note: `${(more.cpuMs / less.cpuMs).toFixed(2)} ×; ${more.perSecond.toFixed(0)} requests/s`,
  })
  return [
    beside('slots', 'slots of 7 days, remembered'),
    beside('day', 'booking page of a day, remembered'),
    times('booking page of 14 days, beside that of a day', of('days'), of('day'), MORE_DAYS),
    times(
      `slots with ${HISTORY.toLocaleString('en')} past sessions, beside 10`,
      of('slots with a long history'),
      of('slots'),
      MORE_HISTORY,
    ),
  ]
}
