import type { ExternalEvent } from './calendar-under-test.ts'

const STATUS = {
  busy: 'busy',
  tentative: 'tentative',
  away: 'oof',
  elsewhere: 'workingElsewhere',
  free: 'free',
} as const

/** learn.microsoft.com/graph/api/resources/event, showAs */
export const outlookStatus = (showAs: ExternalEvent['showAs'] = 'busy') => STATUS[showAs]
