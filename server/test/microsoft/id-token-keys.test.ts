import { afterEach, describe, expect, test, vi } from 'vitest'
import type { Account, Fault } from '../../dev/microsoft-emulator/index.ts'
import { bindingOf, comeBack, failureOf, startMicrosoft } from './support.ts'

const fixture = await startMicrosoft()
const { emulator } = fixture

afterEach(() => {
  vi.useRealTimers()
})

let people = 0
const person = (): Account => emulator.addAccount({ kind: 'work', address: `person-${++people}@practice.example` })

describe('the keys of id tokens', () => {
  test('OA-11 fetches the keys once in ten minutes, and at once for a key it does not know', async () => {
    const fresh = { ...fixture, binding: bindingOf(fixture) }
    emulator.journal.clear()
    const again = async () => fresh.binding.connector.redeem(await comeBack(fresh, person(), 'bookings'))
    const keys = () => emulator.journal.of('keys').length
    await again()
    await again()
    expect(keys()).toBe(1)
    // Their age is counted by the system's clock, and by no other.
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 11 * 60_000 })
    emulator.faults.failNext(/discovery\/v2\.0\/keys/, { kind: 'body', change: () => ({ keys: [] }) })
    await again()
    expect(keys()).toBe(3)
  })

  test('F-33 OA-11 a flood of keys is not read to its end', async () => {
    const fresh = { ...fixture, binding: bindingOf(fixture) }
    emulator.faults.failNext(/discovery\/v2\.0\/keys/, { kind: 'flood', bytes: 10_000_000 })
    const failure = await failureOf(fresh.binding.connector.redeem(await comeBack(fresh, person(), 'bookings')))
    expect(failure).toMatchObject({ reason: 'garbled', code: 'too_large' })
  })

  test('F-45 OA-11 keys that never come end with a deadline', async () => {
    const fresh = { ...fixture, binding: bindingOf(fixture) }
    emulator.faults.failNext(/discovery\/v2\.0\/keys/, { kind: 'hang' })
    const failure = await failureOf(fresh.binding.connector.redeem(await comeBack(fresh, person(), 'bookings')))
    expect(failure).toMatchObject({ reason: 'timeout', code: undefined })
  })

  test('the Retry-After of the keys is told', async () => {
    const fresh = { ...fixture, binding: bindingOf(fixture) }
    emulator.faults.failNext(/discovery\/v2\.0\/keys/, { status: 429, retryAfter: '20' })
    const failure = await failureOf(fresh.binding.connector.redeem(await comeBack(fresh, person(), 'bookings')))
    expect(failure).toMatchObject({ reason: 'throttled', status: 429, retryAfterMs: 20_000 })
  })

  test('ends when the caller leaves while the keys are read', async () => {
    const fresh = { ...fixture, binding: bindingOf(fixture) }
    const request = await comeBack(fresh, person(), 'bookings')
    const caller = new AbortController()
    const held = emulator.faults.hold(/discovery\/v2\.0\/keys/)
    const redeeming = failureOf(fresh.binding.connector.redeem({ ...request, signal: caller.signal }))
    await held.struck
    caller.abort()
    expect(await redeeming).toMatchObject({ reason: 'timeout', code: 'call_cancelled' })
    held.release()
  })

  test.each([
    ['HTML', { kind: 'html' }, 'garbled'],
    ['an outage', { status: 503 }, 'unavailable'],
    ['F-39 a redirect', { kind: 'redirect', to: 'http://evil.example' }, 'garbled'],
  ] as [string, Fault, string][])('OA-11 refuses to believe without keys: %s', async (_, fault, reason) => {
    const fresh = { ...fixture, binding: bindingOf(fixture) }
    emulator.faults.failNext(/discovery\/v2\.0\/keys/, fault)
    const failure = failureOf(fresh.binding.connector.redeem(await comeBack(fresh, person(), 'bookings')))
    expect((await failure).reason).toBe(reason)
  })
})
