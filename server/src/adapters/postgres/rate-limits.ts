import type pg from 'pg'
import { RateLimiterPostgres, RateLimiterRes } from 'rate-limiter-flexible'
import type { Count, LimitRule, RateLimits, Try } from '../../ports/rate-limits.ts'
import { guarded } from './database-errors.ts'

/** A prepared statement, as the driver takes it. */
export interface Statement {
  readonly name: string
  readonly text: string
  readonly values: readonly unknown[]
}

export interface PostgresRateLimits extends RateLimits {
  /**
   * Counts a try and reads, both by one statement. No row where the try was refused from memory; otherwise one at least, with nulls
   * where nothing was found.
   */
  consumeAndRead<Row>(tried: Try, read: Statement): Promise<{ readonly count: Count; readonly rows: readonly Row[] }>
}

/** Counts in PostgreSQL's table `rate_limit`, which the migrations make. Expired rows are left to the retention purge. */
export function createRateLimits(pool: pg.Pool, rules: Readonly<Record<string, LimitRule>>): PostgresRateLimits {
  const limiters = new Map(
    Object.entries(rules).map(([name, { points, seconds }]) => [
      name,
      new RateLimiterPostgres({
        storeClient: pool,
        tableName: 'rate_limit',
        tableCreated: true,
        clearExpiredByTimeout: false,
        keyPrefix: name,
        points,
        duration: seconds,
        // From the second refusal on a key is refused from memory: a flood that is refused costs the database no writes.
        inMemoryBlockOnConsumed: points + 2,
      }),
    ]),
  )
  const limiterOf = ({ limit }: Try): RateLimiterPostgres => {
    const limiter = limiters.get(limit)
    if (limiter === undefined) throw new TypeError(`no limit is called ${limit}`)
    return limiter
  }
  return guarded<PostgresRateLimits>({
    consume: async (tried) => countBy(limiterOf(tried), tried.key),
    async consumeAndRead<Row>(tried: Try, read: Statement) {
      let rows: readonly Row[] = []
      // The same limiter, what it refuses from memory included, whose statement reads besides.
      const reading: RateLimiterPostgres = Object.create(limiterOf(tried), {
        client: {
          value: {
            async query(count: Statement) {
              const result = await pool.query<Row & pg.QueryResultRow>(joined(count, read))
              rows = result.rows
              return result
            },
          },
        },
      })
      return { count: await countBy(reading, tried.key), rows }
    },
  })
}

async function countBy(limiter: RateLimiterPostgres, key: string): Promise<Count> {
  try {
    await limiter.consume(key)
    return { allowed: true, retryAfterSeconds: 0 }
  } catch (refused) {
    // Anything else is a failure of the database.
    if (!(refused instanceof RateLimiterRes)) throw refused
    return {
      allowed: false,
      retryAfterSeconds: Math.max(1, Math.ceil(refused.msBeforeNext / 1000)),
      // 0: refused from memory.
      repeated: refused.consumedPoints === 0 || refused.consumedPoints > limiter.points + 1,
    }
  }
}

const JOINED = new Map<string, string>()

/** Two statements as one, whose parameters follow each other. Each name stands for one text. */
function joined(count: Statement, read: Statement): pg.QueryConfig {
  const name = `${count.name} ${read.name}`
  let text = JOINED.get(name)
  if (text === undefined) {
    const counting = count.text.trim().replace(/;$/, '')
    const reading = read.text.replace(/\$(\d+)/g, (_, number) => `$${Number(number) + count.values.length}`)
    text = `WITH counted AS (${counting}) SELECT counted.*, found.* FROM counted LEFT JOIN (${reading}) AS found ON true`
    JOINED.set(name, text)
  }
  return { name, text, values: [...count.values, ...read.values] }
}
