import { describe, expect, it } from 'vitest'
import { isEmailAddress } from './email-address.ts'

describe('an e-mail address', () => {
  it.each([
    'r&d@example.com',
    'a/b@example.com',
    'x#1@example.com',
    'praxis!@example.com',
    "o'neill+a@example.com",
    '-a@example.com',
    'a..b@example.com',
    'a@localhost',
    'a@b',
    'a@b.c',
    `a@${'b'.repeat(63)}.example`,
  ])('%s passes, as in a browser', (text) => {
    expect(isEmailAddress(text)).toBe(true)
  })

  it.each([
    '',
    'a',
    'a@',
    '@example.com',
    'a b@example.com',
    'a@b@example.com',
    'a@-b.example',
    'a@b_c.example',
    'a@example.com\n',
    'ä@example.com',
    'a@"><b>',
    `a@${'b'.repeat(64)}.example`,
    `a@example.${'b'.repeat(64)}`,
  ])('%j does not', (text) => {
    expect(isEmailAddress(text)).toBe(false)
  })
})
