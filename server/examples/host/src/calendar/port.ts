/** The host's own port, as it was before Outlook. */
export interface CalendarProvider {
  /** Whether the whole day (`YYYY-MM-DD`) is free. */
  isDateAvailable(tenantId: string, day: string): Promise<boolean>
  /** An empty array on error. */
  getBusyTimes(tenantId: string, from: Date, to: Date): Promise<BusyTime[]>
  /** Null on error. */
  createEvent(tenantId: string, event: NewEvent): Promise<{ eventId: string } | null>
  /** False on error. */
  deleteEvent(tenantId: string, eventId: string): Promise<boolean>
}

export interface BusyTime {
  readonly start: Date
  readonly end: Date
}

export interface NewEvent extends BusyTime {
  readonly bookingId: string
}
