import type { Request, RequestHandler, Response } from 'express'
import { z } from 'zod'
import { mayPass } from '../../domain/connection-health.ts'
import { MINUTE_MS } from '../../domain/durations.ts'
import { dayOf, isBefore } from '../../domain/zoned-time.ts'
import type { Service } from '../../ports/tenant-store.ts'
import type { Unreadable } from '../../services/availability.ts'
import { lastBookableDay } from '../../services/find-times.ts'
import type { AppDependencies } from '../app-dependencies.ts'
import { admitBooking } from '../booking-admission.ts'
import { type BookingChoices, invitesClients, readChoices } from '../booking-choices.ts'
import { waiting } from '../client-left.ts'
import { HttpError, retrySeconds } from '../http-error.ts'
import { goTo, show } from '../page-responses.ts'
import { closedForNowPage, noLongerBookablePage } from '../pages/booking-closed.tsx'
import { type DetailsPage, detailsPage } from '../pages/booking-details.tsx'
import { otherTimesPage } from '../pages/booking-other-times.tsx'
import { closedPage, unreadablePage } from '../pages/booking-unavailable.tsx'
import type { FieldError } from '../pages/form-fields.tsx'
import { readByClient } from '../reader-locale.ts'
import { ClientEmail, ClientName, IdempotencyKey, NAME_LIMIT, newIdempotencyKey, TOO_LONG } from '../request-fields.ts'
import { noteTenant } from '../request-log.ts'
import type { RouteMiddleware } from '../route-middleware.ts'
import type { Texts } from '../texts/en.ts'
import { textsOf } from '../texts/texts.ts'
import { currentUser } from '../web-session.ts'

const Details = z.object({ name: ClientName, email: ClientEmail })

/** As typed, to show again; a field that is no text shows nothing. */
const Typed = z.object({
  name: z.string().max(1000).catch(''),
  email: z.string().max(1000).catch(''),
})

type Submission = BookingChoices & {
  readonly service: Service
  readonly start: Date
  readonly typed: DetailsPage['typed']
}

export function submitBooking(
  dependencies: AppDependencies,
  middleware: RouteMiddleware,
): RequestHandler<{ slug: string }> {
  const { bookSession, findTimes, snapshots, users, clock } = dependencies
  const find = currentUser(users, clock)

  return async (req, res) => {
    const choices = await readChoices(dependencies, snapshots.bySlug, req, req.body)
    if (choices === undefined) return show(res, closedPage(), 'not_found')
    noteTenant(res, choices.tenant)
    const locale = readByClient(res, choices.tenant)
    const { service, start } = choices
    if (service === undefined || start === undefined) throw new HttpError('invalid')
    const submission: Submission = { ...choices, service, start, typed: Typed.parse(req.body) }
    const closed = () => show(res, noLongerBookablePage(choices), 'closed')
    const again = (
      kind: NonNullable<DetailsPage['problem']>,
      errors: readonly FieldError[],
      retryAfterSeconds?: number,
    ) => {
      if (choices.tenant.closed) return closed()
      const page = { ...submission, ...fresh(req, res, submission), errors, problem: kind, retryAfterSeconds }
      show(res, detailsPage(page), kind, retryAfterSeconds)
    }

    if (!middleware.csrf.isFromBrowser(req)) return again('expired_form', [])
    const details = Details.safeParse(req.body)
    if (!details.success) return again('invalid', errorsOf(details.error, textsOf(locale).bookingDetails.errors))
    const key = IdempotencyKey.safeParse(req.body.key)
    if (!key.success) throw new HttpError('invalid')

    const { snapshot, tenant, zone } = choices
    const client = details.data
    const outcome = await bookSession.book({
      snapshot,
      service,
      start,
      client,
      idempotencyKey: key.data,
      admit: async () => admitBooking(middleware.countTry, { tenantId: tenant.id, user: await find(req) }, req, res),
    })
    switch (outcome.kind) {
      case 'booked': {
        const query = zone === tenant.timeZone ? '' : `?${new URLSearchParams({ zone })}`
        return goTo(res, `/manage/${encodeURIComponent(outcome.manageToken)}${query}`)
      }
      case 'unreadable':
        return showUnreadable(req, res, submission, outcome)
      case 'taken':
      case 'not_a_slot':
        return showOtherTimes(req, res, submission, outcome.kind)
      case 'closed':
        return closed()
      case 'key_reused':
        return again(outcome.kind, [])
      case 'too_many':
        return again(outcome.kind, [], retrySeconds(outcome.retryAfterMs))
    }
  }

  /** What a form that is shown again says anew. */
  function fresh(
    req: Request<{ slug: string }>,
    res: Response,
    { snapshot }: Submission,
  ): Pick<DetailsPage, 'csrf' | 'idempotencyKey' | 'invites'> {
    return {
      csrf: middleware.csrf.browserToken(req, res),
      idempotencyKey: newIdempotencyKey(),
      invites: invitesClients(snapshot),
    }
  }

  async function showOtherTimes(
    req: Request<{ slug: string }>,
    res: Response,
    submission: Submission,
    kind: 'taken' | 'not_a_slot',
  ): Promise<void> {
    const times = await findTimes.nearest(submission, submission.start, waiting(res))
    if (!times.known) return showUnreadable(req, res, submission, times)
    const why = kind === 'taken' ? kind : whyNoSlot(submission)
    show(res, otherTimesPage({ ...submission, ...fresh(req, res, submission), why, slots: times.slots }), kind)
  }

  async function showUnreadable(
    req: Request<{ slug: string }>,
    res: Response,
    submission: Submission,
    { because, retryAfterMs }: Pick<Unreadable, 'because' | 'retryAfterMs'>,
  ): Promise<void> {
    const { tenant } = submission
    const retry = { ...submission, ...fresh(req, res, submission) }
    const page = mayPass(because) ? unreadablePage({ tenant, retry }) : closedForNowPage({ tenant })
    show(res, page, 'unreadable', retrySeconds(retryAfterMs))
  }
}

/** Which of the rules forbids the time, as far as a client can do something about it. */
function whyNoSlot({ start, now, tenant }: Submission): 'over' | 'too_close' | 'beyond' | 'not_a_slot' {
  if (start <= now) return 'over'
  if (start.getTime() < now.getTime() + tenant.minimumNoticeMinutes * MINUTE_MS) return 'too_close'
  const { timeZone } = tenant
  return isBefore(lastBookableDay(tenant, timeZone, now), dayOf(start, timeZone)) ? 'beyond' : 'not_a_slot'
}

/** One message for each field, in the order of the form. */
function errorsOf({ issues }: z.ZodError, t: Texts['bookingDetails']['errors']): FieldError[] {
  const issueOf = (field: string) => issues.find(({ path }) => path[0] === field)
  const name = issueOf('name')
  return [
    ...(name ? [{ field: 'name', message: name.message === TOO_LONG ? t.longName(NAME_LIMIT) : t.noName }] : []),
    ...(issueOf('email') ? [{ field: 'email', message: t.email }] : []),
  ]
}
