import { expect, it } from 'vitest'
import { ConfigError } from '../config.ts'
import { notDone } from './not-done.ts'

it.each([
  ['28P01', /refuses the login.+DATABASE_URL/],
  ['3D000', /no database of that name.+DATABASE_URL/],
  ['42P01', /lacks a table.+prisma migrate deploy/],
  ['42501', /lacks a privilege/],
  ['57P03', /cannot be reached.+DATABASE_URL/],
])('what to do after %s, and that the command can be repeated', (code, words) => {
  const said = notDone(Object.assign(new Error('row of ada@practice.example'), { code }))
  expect(said).toMatch(words)
  expect(said).toMatch(new RegExp(`repeat this command.+\\(${code}\\)\\.$`))
  expect(said).not.toContain('ada')
})

it('a mistake in the configuration is said as it is, and of any other error its name, code and place', () => {
  expect(notDone(new ConfigError('SESSION_SECRET is missing'))).toBe('SESSION_SECRET is missing')
  const odd = Object.assign(new TypeError('row of ada@practice.example'), { code: '23505' })
  expect(notDone(odd)).toMatch(/^failed: TypeError 23505 [\w.-]+:\d+$/)
})
