import { CalendarError } from '../ports/calendar-failure.ts'

const LOOKS = 3

/**
 * Looks, then acts on condition that what was seen has not changed since (If-Match, RFC 9110 section 13.1.1). When it has,
 * looks again, three times in all; after that it is `unavailable`. Where `look` answers undefined, there is nothing to act on, and it ends.
 */
export async function ifUnchanged<Seen>(
  look: () => Promise<Seen | undefined>,
  act: (seen: Seen) => Promise<unknown>,
): Promise<void> {
  for (let looks = 1; ; looks += 1) {
    const seen = await look()
    if (seen === undefined) return
    try {
      await act(seen)
      return
    } catch (error) {
      if (!(error instanceof CalendarError && error.reason === 'conflict')) throw error
      if (looks === LOOKS)
        throw new CalendarError('unavailable', 'It changes faster than it can be looked at', { code: 'changed' })
    }
  }
}
