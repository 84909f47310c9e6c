import fs from 'node:fs'
import readline from 'node:readline'
import { z } from 'zod'
import type { LogComparison, LoggedBooking } from '../../services/compare-with-log.ts'
import type { Administration } from '../administration.ts'
import { type Answer, type Command, moment, Refused, table, type Values } from '../command.ts'

const Step = z.object({
  event: z.enum(['booking_created', 'event_written', 'booking_cancelled']),
  tenantId: z.uuid(),
  bookingId: z.uuid(),
  start: z.coerce.date().optional(),
  end: z.coerce.date().optional(),
})

const stepOf = (line: string): z.infer<typeof Step> | undefined => {
  try {
    return Step.safeParse(JSON.parse(line)).data
  } catch {
    // What others wrote to the same stream.
    return undefined
  }
}

/** The bookings of a log, in the order in which it first names them. Everything else in it is passed over. */
async function bookingsIn(path: string): Promise<readonly LoggedBooking[]> {
  const found = new Map<string, LoggedBooking>()
  const file = fs.createReadStream(path, 'utf8')
  try {
    for await (const line of readline.createInterface({ input: file, crlfDelay: Number.POSITIVE_INFINITY })) {
      const step = stepOf(line)
      if (step === undefined) continue
      const { tenantId, bookingId, event } = step
      const known = found.get(bookingId)
      found.set(bookingId, {
        ...{ tenantId, bookingId },
        start: step.start ?? known?.start,
        end: step.end ?? known?.end,
        isCancelled: event === 'booking_cancelled' || known?.isCancelled === true,
      })
    }
  } catch {
    throw new Refused(`the file ${path} cannot be read`)
  }
  return [...found.values()]
}

function linesOf({ forgotten, bookedAgain }: LogComparison, mend: boolean): string[] {
  const again = bookedAgain.map(({ slug, start, end, bookingId, isCancelled }) => [
    ...[slug, moment(start), moment(end), mend ? (isCancelled ? 'cancelled again' : 'has begun') : 'booked again'],
    ...['-', bookingId],
  ])
  const unknown = forgotten.map(({ slug, start, end, bookingId, isCancelled, entry }) => [
    ...[
      slug ?? '-',
      moment(start),
      moment(end),
      isCancelled ? 'cancelled, not in the database' : 'not in the database',
    ],
    ...[entry, bookingId],
  ])
  const rows = [...again, ...unknown]
  if (rows.length === 0)
    return ['The database knows every booking of this log, and what is cancelled there is cancelled.']
  return table(['PRACTICE', 'FROM', 'TO', 'BOOKING', 'ENTRY', 'ID'], rows)
}

async function compare({ log, mend }: Values, administration: Administration): Promise<Answer> {
  const how = { mend: mend === true, actor: 'operator' }
  const data = await administration.compareWithLog(await bookingsIn(String(log)), how)
  return { data, lines: linesOf(data, how.mend) }
}

export const RESTORE_COMMANDS: readonly Command[] = [
  {
    name: 'restore compare',
    takes: ['log'],
    says: 'After a restore: bookings of this log that the database does not know, and cancelled ones that are booked again.',
    options: {
      mend: {
        type: 'boolean',
        says: 'Cancel those again, and remove entries of cancelled bookings that the database does not know',
      },
    },
    run: compare,
  },
]
