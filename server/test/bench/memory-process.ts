import { bareChain, type Exchange } from './bare.ts'
import { memoryVaultOf, newBinding, type Therapist, windowOf } from './therapists.ts'

/**
 * A process of its own, since a peak cannot be taken back: it reads, says the most memory it ever had, and ends. Talks by
 * IPC with `memory.ts`, which starts it.
 */
export type Reader =
  | { readonly how: 'adapter'; readonly origin: string; readonly therapist: Therapist; readonly events: number }
  | { readonly how: 'bare'; readonly first: Exchange }

/** In MiB: what the operating system ever counted as resident. */
export interface Peaks {
  readonly short: number
  readonly long: number
}

/** Enough for V8 to have all the room it takes for chains of this length. */
const SHORT_READS = 40
const LONG_READS = 10

function readerOf(reader: Reader): () => Promise<unknown> {
  if (reader.how === 'bare') return () => bareChain(reader.first)
  const { origin, therapist, events } = reader
  // Dates do not survive IPC.
  const accessExpiresAt = new Date(therapist.tokens.accessExpiresAt ?? 0)
  const vault = memoryVaultOf([{ ...therapist, tokens: { ...therapist.tokens, accessExpiresAt } }])
  const binding = newBinding({ origin }, vault)
  return () => binding.calendarFor(therapist.connection).getFreeBusy(windowOf(events))
}

async function peakAfter(read: () => Promise<unknown>, times: number): Promise<number> {
  for (let n = 0; n < times; n++) await read()
  return process.resourceUsage().maxRSS / 1024
}

process.once('message', async ({ short, long }: { readonly short: Reader; readonly long: Reader }) => {
  const afterShort = await peakAfter(readerOf(short), SHORT_READS)
  const peaks: Peaks = { short: afterShort, long: await peakAfter(readerOf(long), LONG_READS) }
  process.send?.({ peaks }, () => process.disconnect())
})
