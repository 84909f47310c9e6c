import { existsSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, it } from 'vitest'
import { createdEvent, onlineMeetingProvider } from '../../src/adapters/microsoft-calendar/event-body.ts'
import { tokenEndpointFailure } from '../../src/adapters/microsoft-calendar/identity/token-endpoint-errors.ts'
import { graphFailure } from '../../src/adapters/microsoft-calendar/transport/graph-errors.ts'

// Answers as Microsoft's documentation prints them, and as people saw them. They are not part of this project: where the
// collection is not beside it, this is skipped, and the copies in test/microsoft/errors.test.ts stand alone.
const FILE = path.resolve(import.meta.dirname, '../../../../shared/graph/doc-examples.jsonl')

interface Example {
  readonly id: string
  readonly response: { readonly status?: number; readonly body?: Record<string, unknown> } | null
}

const examples = existsSync(FILE)
  ? readFileSync(FILE, 'utf8')
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => JSON.parse(line) as Example)
  : []
const answer = (id: string) => {
  const found = examples.find((example) => example.id === id)?.response
  if (!found) throw new Error(`there is no answer ${id}`)
  return { status: found.status ?? 400, body: found.body ?? {} }
}

describe.skipIf(examples.length === 0)("Microsoft's printed answers (skipped where the collection is absent)", () => {
  it.each([
    ['ex051', 'throttled', 'TooManyRequests'],
    ['ex053', 'misconfigured', 'invalidRange'],
    ['ex055', 'unavailable', undefined],
    ['ex057', 'not_found', undefined],
    ['ex059', 'forbidden', 'ErrorAccessDenied'],
    ['ex061', 'misconfigured', undefined],
    ['ex065', 'unavailable', 'ErrorInternalServerError'],
    ['ex067', 'throttled', 'ApplicationThrottled'],
    ['ex069', 'not_found', 'MailboxNotEnabledForRESTAPI'],
  ])('%s of Graph: %s', (id, reason, code) => {
    const { status, body } = answer(id)
    expect(graphFailure(status, body)).toMatchObject({ reason, code })
  })

  it.each([
    ['ex079', 'reconnect'],
    ['ex081', 'misconfigured'],
  ])('%s of Entra: %s', (id, reason) => {
    const { status, body } = answer(id)
    const exchange = { status, error: String(body.error), codes: body.error_codes as number[] }
    expect(tokenEndpointFailure(exchange, undefined).reason).toBe(reason)
  })

  // Pacific daylight saving time, seven hours behind UTC, on all three days.
  it.each([
    ['ex007', '2017-04-15T18:00:00Z', '2017-04-15T19:00:00Z'],
    ['ex009', '2017-09-04T19:00:00Z', '2017-09-04T21:00:00Z'],
    ['ex011', '2019-03-15T19:00:00Z', '2019-03-15T21:00:00Z'],
  ])('F-21 %s, a created event in another zone than asked, is understood as instants', (id, start, end) => {
    const { body } = answer(id)
    expect(createdEvent(body)).toMatchObject({ id: body.id, start: new Date(start), end: new Date(end) })
  })

  it('ex013 and ex015, what may be held online and its link, are understood', () => {
    expect(onlineMeetingProvider(answer('ex013').body)).toBe('teamsForBusiness')
    const { body } = answer('ex015')
    const times = {
      start: { dateTime: '2027-01-05T09:00:00', timeZone: 'UTC' },
      end: { dateTime: '2027-01-05T10:00:00', timeZone: 'UTC' },
    }
    expect(createdEvent({ ...times, ...body }).joinUrl).toMatch(/^https:\/\/teams\.microsoft\.com\//)
  })
})
