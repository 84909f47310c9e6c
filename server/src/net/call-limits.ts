/** Bounds of the calls to a provider, in time and number. Tests shorten them. */
export interface CallLimits {
  /** One exchange, in milliseconds. */
  readonly attemptMs: number
  /** A whole free/busy read or list of calendars, waits included. A caller's signal may end it sooner. */
  readonly readMs: number
  /** A whole creation or removal of an event; longer, because it runs in a job and nobody waits. */
  readonly writeMs: number
  /** What an event's online meeting may take of `writeMs`, each time that the provider is asked about it. */
  readonly meetingMs: number
  /** Pages of one list after the first. */
  readonly pages: number
  readonly retry: { readonly attempts: number; readonly baseMs: number; readonly capMs: number }
}
