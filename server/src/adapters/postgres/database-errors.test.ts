import { describe, expect, it } from 'vitest'
import { translated } from './database-errors.ts'

const coded = (code: string): Error => Object.assign(new Error(code), { code })
const ofDriver = (cause: object): Error =>
  Object.assign(new Error('wrapped'), { meta: { driverAdapterError: { cause } } })

// The messages of pg 8.23 and pg-pool 3.14, which have no code.
const WORDS = [
  'timeout exceeded when trying to connect',
  'timeout expired',
  'Query read timeout',
  'Connection terminated',
  'Connection terminated unexpectedly',
  'Connection terminated due to connection timeout',
  'Client has encountered a connection error and is not queryable',
  'Client was closed and is not queryable',
  'Cannot use a pool after calling end on the pool',
  'There was an error establishing an SSL connection',
]
const CODES = `P1001 P1002 P1008 P1017 P2024 P2028 P2034 ECONNREFUSED ECONNRESET EPIPE ETIMEDOUT ENOTFOUND EAI_AGAIN
  EHOSTUNREACH EHOSTDOWN ENETUNREACH ENETDOWN`.split(/\s+/)
const KINDS = ['DatabaseNotReachable', 'ConnectionClosed', 'SocketTimeout', 'TlsConnectionError', 'TooManyConnections']

describe('F-64 an error of the database', () => {
  it.each([
    ...WORDS.map((words) => ({ error: new Error(words) })),
    ...CODES.map((code) => ({ error: coded(code) })),
    ...KINDS.map((kind) => ({ error: ofDriver({ kind }) })),
  ])('that passes may be tried again: $error', ({ error }) => {
    expect(translated(error)).toMatchObject({ name: 'StoreError', reason: 'unavailable' })
  })

  it.each([
    { error: new TypeError('row is null') },
    { error: coded('P2025') },
    { error: coded('42P01') },
    { error: ofDriver({ kind: 'postgres', originalCode: '23514' }) },
    { error: undefined },
  ])('that stays may not: $error', ({ error }) => {
    expect(translated(error)).toMatchObject({ name: 'StoreError', reason: 'failed' })
  })
})
