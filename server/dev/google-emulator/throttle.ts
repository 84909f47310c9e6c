import { type Answer, refuse } from './world.ts'

// developers.google.com/workspace/calendar/api/guides/errors. None of the answers that the guide prints comes with a
// Retry-After: it asks for exponential backoff.
const ANSWERS = {
  rateLimitExceeded: refuse(403, 'rateLimitExceeded', 'Rate Limit Exceeded', 'usageLimits'),
  userRateLimitExceeded: refuse(403, 'userRateLimitExceeded', 'User Rate Limit Exceeded', 'usageLimits'),
  quotaExceeded: refuse(403, 'quotaExceeded', 'Calendar usage limits exceeded.', 'usageLimits'),
  calendarLimitsExceeded: refuse(403, 'calendarLimitsExceeded', 'Calendar usage limits exceeded.', 'calendar'),
  tooManyRequests: refuse(429, 'rateLimitExceeded', 'Rate Limit Exceeded', 'usageLimits'),
} as const

export type Throttling = keyof typeof ANSWERS
export const THROTTLINGS = Object.keys(ANSWERS) as Throttling[]

/** How Google answers a call that it throttles. */
export const throttled = (how: Throttling): Answer => ANSWERS[how]
