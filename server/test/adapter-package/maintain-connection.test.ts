import { describe, expect, it } from 'vitest'
import { maintainConnection } from '../../src/adapter-package/maintain-connection.ts'
import { CALENDAR_FAILURES, type CalendarFailure, isTransient } from '../../src/ports/calendar-failure.ts'
import { LogRecorder } from '../support/log-recorder.ts'
import { CONTEXT, failure, startMock } from './support.ts'

const NONE = { lastReadAt: undefined, failure: undefined, failingSince: undefined }

function start() {
  const { mock, clock } = startMock()
  const run = (known = ['main', 'other'], evidence: Parameters<typeof maintainConnection>[1]['evidence'] = NONE) =>
    maintainConnection(mock, { context: CONTEXT, refreshedAt: clock.now(), evidence }, known, {
      clock,
      log: new LogRecorder(),
    })
  return { mock, clock, run }
}

const broken = (reason: CalendarFailure) => {
  const started = start()
  for (const method of ['listCalendars', 'getFreeBusy'] as const)
    started.mock.controls.failAlways(method, failure(reason))
  return started
}

describe('maintenance of one connection', () => {
  it('lets calendars that are new block, and those the therapist unticked not', async () => {
    const { run } = start()
    expect(await run()).toMatchObject({ calendarIds: ['main'], health: 'ok', tell: undefined })
    expect((await run(['main'])).calendarIds).toEqual(['main', 'other'])
  })

  it('refreshes what has been quiet for a week, and nothing else', async () => {
    const { mock, clock, run } = start()
    mock.controls.failAlways('keepAlive', failure('reconnect'))
    mock.controls.failAlways('getFreeBusy', failure('reconnect'))
    expect((await run()).health).toBe('ok')
    const quiet = { context: CONTEXT, refreshedAt: new Date(clock.now().getTime() - 8 * 86_400_000), evidence: NONE }
    const { health, tell } = await maintainConnection(mock, quiet, ['main', 'other'], { clock })
    expect([health, tell]).toEqual([
      'reconnect',
      'Somebody does not let us in any more, and clients cannot book. Connect Somewhere again.',
    ])
  })

  it.each(CALENDAR_FAILURES.filter((reason) => !isTransient(reason)))(
    'a read that fails as %s is told to the therapist, and keeps its first moment',
    async (reason) => {
      const { clock, run } = broken(reason)
      const first = await run()
      expect(first.evidence).toEqual({ ...NONE, failure: reason, failingSince: clock.now() })
      expect(first.tell).toMatch(/clients cannot book/i)
      clock.advance(86_400_000)
      expect((await run(undefined, first.evidence)).evidence).toEqual(first.evidence)
    },
  )

  it.each(['unavailable', 'throttled', 'timeout'] as const)(
    'a read that fails as %s changes nothing',
    async (reason) => {
      expect(await broken(reason).run()).toMatchObject({ evidence: NONE, health: 'ok', tell: undefined })
    },
  )

  it('a complete read ends a failure', async () => {
    const { clock, run } = start()
    const failing = { lastReadAt: undefined, failure: 'forbidden', failingSince: new Date(0) } as const
    expect((await run(undefined, failing)).evidence).toEqual({ ...NONE, lastReadAt: clock.now() })
  })
})
