import { expect, it } from 'vitest'
import { apiCallOf, outcomeOf, tokenExchangeOf } from './provider-calls.ts'

it('calls what came of a call to a provider by one word', () => {
  expect(outcomeOf({ status: 201 })).toBe('ok')
  expect(outcomeOf({ status: 399 })).toBe('ok')
  expect(outcomeOf({ status: 400 })).toBe('refused')
  expect(outcomeOf({ status: 429 })).toBe('throttled')
  expect(outcomeOf({ status: 403, reason: 'throttled' })).toBe('throttled')
  expect(outcomeOf({ status: 404 })).toBe('refused')
  expect(outcomeOf({ status: 500 })).toBe('failed')
  expect(outcomeOf({ status: 503 })).toBe('failed')
  expect(outcomeOf({ status: 0 })).toBe('no_answer')
  expect(outcomeOf({})).toBe('no_answer')
})

it('reads calls of either provider, and no other line', () => {
  expect(apiCallOf('graph_call', { method: 'POST', route: '/me/events', status: 201 })).toEqual({
    provider: 'microsoft',
    operation: 'POST /me/events',
    outcome: 'ok',
  })
  expect(apiCallOf('google_call', { call: 'events.insert', status: 503 })).toEqual({
    provider: 'google',
    operation: 'events.insert',
    outcome: 'failed',
  })
  expect(apiCallOf('graph_call', {})?.operation).toBe('none none')
  expect(apiCallOf('request', { method: 'GET', route: '/', status: 200 })).toBeUndefined()
})

it('reads exchanges of tokens, and no other line', () => {
  const line = { provider: 'GOOGLE', grant: 'refresh_token' }
  expect(tokenExchangeOf('token_exchanged', { ...line, status: 200 })).toEqual({
    provider: 'google',
    grant: 'refresh_token',
    outcome: 'ok',
  })
  expect(tokenExchangeOf('token_exchange_failed', { ...line, reason: 'reconnect' })?.outcome).toBe('reconnect')
  expect(tokenExchangeOf('google_client_rejected', line)).toBeUndefined()
})
