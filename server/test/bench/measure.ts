/** A share of the samples lies at or below this value. */
export function percentile(samples: readonly number[], share: number): number {
  const sorted = [...samples].sort((a, b) => a - b)
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN
}

export const median = (samples: readonly number[]): number => percentile(samples, 0.5)

export async function took(work: () => unknown): Promise<number> {
  const begun = performance.now()
  await work()
  return performance.now() - begun
}

export interface Pair {
  readonly ours: () => unknown
  readonly bare: () => unknown
}

/** Milliseconds of each, one after the other and in turn, so that both meet the same machine. */
export async function inTurn({ ours, bare }: Pair, times: number, warmUp: number) {
  const samples = { ours: [] as number[], bare: [] as number[] }
  for (let round = -warmUp; round < times; round++) {
    const order = round % 2 === 0 ? (['ours', 'bare'] as const) : (['bare', 'ours'] as const)
    for (const who of order) {
      const ms = await took(who === 'ours' ? ours : bare)
      if (round >= 0) samples[who].push(ms)
    }
  }
  return samples
}

export interface Pace {
  readonly perSecond: number
  /** Of this process, each. */
  readonly cpuMs: number
}

/** `callers` loops at once for some time. */
export async function pace(
  callers: number,
  milliseconds: number,
  work: (caller: number) => Promise<unknown>,
): Promise<Pace> {
  const begun = performance.now()
  const cpu = process.cpuUsage()
  let count = 0
  const loop = async (caller: number) => {
    while (performance.now() - begun < milliseconds) {
      await work(caller)
      count += 1
    }
  }
  await Promise.all(Array.from({ length: callers }, (_, caller) => loop(caller)))
  const { user, system } = process.cpuUsage(cpu)
  return { perSecond: (count * 1000) / (performance.now() - begun), cpuMs: (user + system) / 1000 / count }
}

export interface Rivals {
  readonly ours: Pace
  readonly bare: Pace
  /** Median of the rounds' ratios: a noisy moment of the machine spoils one round only. */
  readonly ratio: number
}

const ROUND_MS = 400
const WARM_UP_ROUNDS = 4

/** Short rounds in turn, so that both meet the same machine. The first ones warm up and are not counted. */
export async function race(
  callers: number,
  rounds: number,
  work: { readonly ours: (caller: number) => Promise<unknown>; readonly bare: (caller: number) => Promise<unknown> },
): Promise<Rivals> {
  const paces: { ours: Pace; bare: Pace }[] = []
  for (let round = -WARM_UP_ROUNDS; round < rounds; round++) {
    const before = round % 2 === 0 ? await pace(callers, ROUND_MS, work.bare) : undefined
    const ours = await pace(callers, ROUND_MS, work.ours)
    const bare = before ?? (await pace(callers, ROUND_MS, work.bare))
    if (round >= 0) paces.push({ ours, bare })
  }
  const of = (who: 'ours' | 'bare'): Pace => ({
    perSecond: median(paces.map((one) => one[who].perSecond)),
    cpuMs: median(paces.map((one) => one[who].cpuMs)),
  })
  return {
    ours: of('ours'),
    bare: of('bare'),
    ratio: median(paces.map(({ ours, bare }) => ours.perSecond / bare.perSecond)),
  }
}
