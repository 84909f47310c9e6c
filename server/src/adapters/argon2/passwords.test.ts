import { describe, expect, it } from 'vitest'
import { TooManyPasswords } from '../../ports/passwords.ts'
import { createArgon2Passwords } from './passwords.ts'

describe('many passwords at once', () => {
  it('are turned away beyond two at work and eight that wait, and taken again afterwards', async () => {
    const passwords = createArgon2Passwords()
    const stored = await passwords.hash('right')
    const outcomes = await Promise.allSettled(Array.from({ length: 30 }, () => passwords.verify(stored, 'right')))
    const refused = outcomes.filter((one) => one.status === 'rejected')
    expect(outcomes.filter((one) => one.status === 'fulfilled' && one.value)).toHaveLength(10)
    expect(refused).toHaveLength(20)
    for (const { reason } of refused) expect(reason).toBeInstanceOf(TooManyPasswords)
    expect(await passwords.verify(stored, 'right')).toBe(true)
    expect(await passwords.verify(stored, 'wrong')).toBe(false)
    expect(await passwords.verify(undefined, 'nobody has this password')).toBe(false)
  })
})
