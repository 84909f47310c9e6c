import type { Request } from 'express'
import { z } from 'zod'
import { EVENTS_LEFT, type EventsLeft } from '../domain/account-ending.ts'
import { EVENT_TITLES } from '../domain/event-title.ts'
import type { BusyPolicy } from '../ports/calendar-connector.ts'
import type { WritingChange } from '../ports/connection.ts'
import { HttpError } from './http-error.ts'
import { short } from './request-fields.ts'

export const Access = z.enum(['availability', 'bookings'])

export const ConnectForm = z.object({
  provider: short(40),
  access: Access,
  other: z.literal('1').optional(),
  /** A further account: `new`, or the id of one that is connected again. */
  connection: short(40).optional(),
})

const BusyOrFree = z.enum(['busy', 'free']).optional()

export const CalendarsForm = z.object({
  calendar: z
    .union([short(100), z.array(short(100)).max(200)])
    .transform((given) => [given].flat())
    .default([]),
  tentative: BusyOrFree,
  'working-elsewhere': BusyOrFree,
  receiver: z.uuid().optional(),
  'event-title': z.enum(EVENT_TITLES).optional(),
  invites: z.enum(['yes', 'no']).optional(),
})

/** A choice that the form leaves out stays as it is. */
export const policyIn = (form: z.output<typeof CalendarsForm>): Partial<BusyPolicy> => ({
  ...(form.tentative && { tentativeBlocks: form.tentative === 'busy' }),
  ...(form['working-elsewhere'] && { workingElsewhereBlocks: form['working-elsewhere'] === 'busy' }),
})

export const writingIn = (form: z.output<typeof CalendarsForm>): WritingChange => ({
  ...(form.receiver && { receiver: form.receiver }),
  ...(form['event-title'] && { eventTitle: form['event-title'] }),
  ...(form.invites && { invites: form.invites === 'yes' }),
})

/** What a form says of our events that stand in the account; nothing is removed unasked. */
const EndingForm = z.object({ events: z.enum(EVENTS_LEFT).default('leave') })

/** Throws an HttpError where the form says anything else. */
export function eventsIn(req: Request): EventsLeft {
  const form = EndingForm.safeParse(req.body)
  if (!form.success) throw new HttpError('invalid')
  return form.data.events
}
