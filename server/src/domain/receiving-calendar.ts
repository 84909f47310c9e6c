interface Calendar {
  /** The provider's id. */
  readonly externalId: string
  readonly kind?: string | undefined
  readonly isDefault: boolean
  readonly isReadOnly?: boolean | undefined
}

/** Why the chosen calendar receives no more: it is not there, or nothing may be written into it any longer. */
export type Lost = 'gone' | 'locked'

/** Whether she may choose this calendar to receive: it is hers, and may be written into. */
export const mayReceive = ({ kind, isDefault, isReadOnly }: Calendar): boolean =>
  isDefault || (kind !== 'foreign' && isReadOnly !== true)

/**
 * What has become of the calendar that is to receive, judged by the calendars that the account last listed. Undefined: events
 * may be written to it. The default calendar, `writesTo` undefined, is never judged: writing to it is tried.
 */
export function lostReceiver(writesTo: string | undefined, calendars: readonly Calendar[]): Lost | undefined {
  if (writesTo === undefined) return undefined
  const calendar = calendars.find(({ externalId }) => externalId === writesTo)
  if (calendar === undefined) return 'gone'
  return mayReceive(calendar) ? undefined : 'locked'
}
