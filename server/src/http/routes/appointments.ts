import type { Express, Request, Response } from 'express'
import { isCancellable } from '../../domain/booking.ts'
import type { EventWord } from '../../domain/booking-event.ts'
import { DAY_MS, MINUTE_MS } from '../../domain/durations.ts'
import type { DifferenceWord } from '../../domain/event-difference.ts'
import type { Booking } from '../../ports/booking-store.ts'
import type { AnswerOutcome } from '../../services/answer-difference.ts'
import { onlyMethods } from '../allowed-methods.ts'
import type { AppDependencies } from '../app-dependencies.ts'
import { HttpError } from '../http-error.ts'
import { goTo, show } from '../page-responses.ts'
import {
  type AppointmentsOutcome,
  appointmentsOutcomeOf,
  appointmentsPage,
  cancelAppointmentPage,
  UNREMOVED_SHOWN,
} from '../pages/appointments.tsx'
import { DIFFERENCES_SHOWN, type DifferenceOutcome, differenceOutcomeOf } from '../pages/event-differences.tsx'
import { byUser } from '../rate-limit.ts'
import { isUuid } from '../request-fields.ts'
import type { RouteMiddleware } from '../route-middleware.ts'
import { userOf } from '../web-session.ts'

/** A removal that takes longer is shown; most take seconds. */
const REMOVAL_PATIENCE_MS = 15 * MINUTE_MS
/** After that long a past session's entry is hers to keep or remove: she was told. */
const SHOWN_AFTER_THE_END_MS = 30 * DAY_MS

/** The path words of what she may say of an event. */
const WORDS: Readonly<Record<string, EventWord>> = {
  'try-again': 'try_again',
  'did-it-myself': 'did_it_myself',
  'remove-it': 'remove_it',
  'leave-it': 'leave_it',
}

/** The path words of what she may say of an event that stands otherwise than its session is booked. */
const ANSWERS: Readonly<Record<string, DifferenceWord>> = {
  'put-back': 'put_back',
  'write-again': 'write_again',
  leave: 'leave',
}

function outcomeOf(answer: AnswerOutcome): DifferenceOutcome {
  if (answer.kind === 'done') return answer.word
  if (answer.kind === 'decided') return `decided_${answer.word}`
  return answer.kind === 'changed' ? 'difference_changed' : answer.kind
}

export function appointmentRoutes(app: Express, parts: AppDependencies, web: RouteMiddleware): void {
  const { bookings, formerEvents, comparisons, cancelBooking, answerDifference, connectCalendar, clock } = parts
  const bookingOf = async (req: Request<{ id: string }>, res: Response): Promise<Booking> => {
    const { id } = req.params
    const booking = isUuid(id) ? await bookings.byId(userOf(res).tenantId, id) : undefined
    if (booking === undefined) throw new HttpError('not_found')
    return booking
  }

  /** The page then says once how it ended. */
  const goToAppointments = (req: Request, res: Response, outcome: AppointmentsOutcome | DifferenceOutcome): void => {
    const path = `/appointments?outcome=${outcome}` as const
    web.flash.set(req, res, path)
    goTo(res, path)
  }

  app
    .route('/appointments')
    .get(...web.member, async (req, res) => {
      const user = userOf(res)
      const now = clock.now()
      const ago = (milliseconds: number) => new Date(now.getTime() - milliseconds)
      const endsAfter = ago(SHOWN_AFTER_THE_END_MS)
      const [overview, upcoming, differences, unremoved, former] = await Promise.all([
        connectCalendar.overview(user),
        bookings.upcoming(user.tenantId, now),
        comparisons.notices(user.tenantId, now, DIFFERENCES_SHOWN + 1),
        bookings.unremoved(user.tenantId, {
          endsAfter,
          cancelledBefore: ago(REMOVAL_PATIENCE_MS),
          limit: UNREMOVED_SHOWN + 1,
        }),
        formerEvents.unremoved(user.tenantId, {
          endsAfter,
          leftBefore: ago(REMOVAL_PATIENCE_MS),
          limit: UNREMOVED_SHOWN + 1,
        }),
      ])
      const said = web.flash.take(req, res) ? req.query.outcome : undefined
      const [outcome, answered] = [appointmentsOutcomeOf(said), differenceOutcomeOf(said)]
      const address = `${parts.appUrl}/book/${overview.tenant.slug}`
      const csrf = web.csrf.sessionToken(req)
      show(
        res,
        appointmentsPage({ overview, upcoming, differences, unremoved, former, outcome, answered, address, now, csrf }),
      )
    })
    .all(onlyMethods('GET'))

  app
    .route('/appointments/:id/cancel')
    .get(...web.member, async (req: Request<{ id: string }>, res) => {
      const booking = await bookingOf(req, res)
      const overview = await connectCalendar.overview(userOf(res))
      const now = clock.now()
      if (!isCancellable(booking, now))
        return goToAppointments(req, res, booking.status === 'CANCELLED' ? 'already_cancelled' : 'too_late')
      show(res, cancelAppointmentPage({ booking, overview, now, csrf: web.csrf.sessionToken(req) }))
    })
    .post(...web.memberForm, async (req: Request<{ id: string }>, res) => {
      const { id } = req.params
      const outcome = isUuid(id) ? await cancelBooking.byTherapist(userOf(res), id) : undefined
      if (outcome === undefined) throw new HttpError('not_found')
      const isInvited = outcome === 'cancelled' && (await bookingOf(req, res)).event.isInvited
      goToAppointments(req, res, isInvited ? 'cancelled_invited' : outcome)
    })
    .all(onlyMethods('GET', 'POST'))

  /** Her word about an event; the booking's own, or one in an account from before. */
  const heard =
    (say: AppDependencies['bookings']['sayOfEvent']) =>
    async (req: Request<{ id: string; word: string }>, res: Response): Promise<void> => {
      const { id, word: said } = req.params
      const word = Object.hasOwn(WORDS, said) ? WORDS[said] : undefined
      const user = userOf(res)
      const done = word && (await say(user.tenantId, id, word, `user:${user.id}`))
      if (word === undefined || done === undefined) throw new HttpError('not_found')
      // Nothing else may be left to remove from an account that was given up.
      if (word === 'did_it_myself' || word === 'leave_it') await connectCalendar.releaseGrants(user)
      goToAppointments(req, res, done === 'done' ? word : done)
    }

  app
    .route('/appointments/:id/difference/:difference/:word')
    .post(
      ...web.memberForm,
      web.limit('event', byUser),
      async (req: Request<{ id: string; difference: string; word: string }>, res) => {
        const { id, difference, word: said } = req.params
        const word = Object.hasOwn(ANSWERS, said) ? ANSWERS[said] : undefined
        const answer = word && (await answerDifference.answer(userOf(res), id, difference, word))
        if (answer === undefined) throw new HttpError('not_found')
        goToAppointments(req, res, outcomeOf(answer))
      },
    )
    .all(onlyMethods('POST'))

  app
    .route('/appointments/former/:id/event/:word')
    .post(
      ...web.memberForm,
      web.limit('event', byUser),
      heard((...said) => formerEvents.say(...said)),
    )
    .all(onlyMethods('POST'))

  app
    .route('/appointments/:id/event/:word')
    .post(
      ...web.memberForm,
      web.limit('event', byUser),
      heard((...said) => bookings.sayOfEvent(...said)),
    )
    .all(onlyMethods('POST'))
}
