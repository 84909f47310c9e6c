import type { z } from 'zod'
import { CalendarError } from '../../ports/calendar-provider.ts'
import type { GoogleCalls } from './transport/google-client.ts'

/** An event of the primary calendar, read with `fields`, which are those of `schema`; undefined where there is none. */
export const findEvent = <Schema extends z.ZodType>(
  calls: GoogleCalls,
  eventId: string,
  schema: Schema,
  fields: string,
): Promise<z.infer<Schema> | undefined> =>
  calls
    .call({
      name: 'events.get',
      repeatable: true,
      schema,
      send: (api, options) => api.events.get({ calendarId: 'primary', eventId, fields }, options),
    })
    .catch(unlessGone)

export function unlessGone(error: unknown): undefined {
  if (error instanceof CalendarError && (error.status === 404 || error.status === 410)) return undefined
  throw error
}
