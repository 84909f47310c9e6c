import { expect, it } from 'vitest'
import { notStarted } from './start-failure.ts'

const failure = (code: string): Error => Object.assign(new Error('a word of whoever refused'), { code })

it.each([
  ['28P01', 'database_login_refused'],
  ['P1003', 'database_absent'],
  ['3F000', 'database_not_migrated'],
  ['25006', 'database_read_only'],
  ['P1010', 'database_privilege_missing'],
  ['EADDRINUSE', 'port_taken'],
  ['EACCES', 'port_refused'],
  ['P1001', 'database_unreachable'],
  ['ENOSPC', 'unknown'],
])('a process that %s keeps from starting says %s, by the code alone', (code, reason) => {
  expect(notStarted(failure(code))).toEqual({ reason, code })
})
