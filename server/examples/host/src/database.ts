import { PrismaPg } from '@prisma/adapter-pg'
import { PrismaClient } from './generated/client.js'

export type Database = PrismaClient

/** The session is in UTC: the driver adapter takes the offset of every timestamptz for +00:00. */
export const openDatabase = (url: string): Database =>
  new PrismaClient({ adapter: new PrismaPg({ connectionString: url, options: '-c TimeZone=UTC' }) })

/** By the database's clock, which all processes share. */
export async function databaseNow(database: Database): Promise<Date> {
  const [row] = await database.$queryRaw<{ now: Date }[]>`SELECT clock_timestamp() AS now`
  if (row === undefined) throw new Error('the database told no time')
  return row.now
}
