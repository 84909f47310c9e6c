import { Prisma } from './generated/client.ts'

/** The next moment after `from` in steps of so many seconds that is the id's own: different ids spread over the step. */
export const stepAfter = (from: Prisma.Sql, seconds: number, id: Prisma.Sql): Prisma.Sql => {
  const offset = Prisma.sql`((hashtext(${id}::text)::bigint & 2147483647) % ${seconds}::int)`
  return Prisma.sql`to_timestamp((floor((extract(epoch from ${from})::float8 - ${offset}) / ${seconds}::int) + 1) * ${seconds}::int + ${offset})`
}
