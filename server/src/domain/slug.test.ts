import { describe, expect, it } from 'vitest'
import { isSlug } from './slug.ts'

describe('the name of a practice in addresses', () => {
  it.each(['a', '7', 'ab', 'a-b', 'a--b', 'praxis-2-mitte', `a${'-'.repeat(61)}z`])('may be %s', (text) => {
    expect(isSlug(text)).toBe(true)
  })

  it.each(['', '-', '-a', 'a-', 'A', 'aB', 'a b', 'a_b', 'ä', ' a', 'a ', 'a\n', 'a/b', 'a.b', 'a'.repeat(64)])(
    'may not be %j',
    (text) => {
      expect(isSlug(text)).toBe(false)
    },
  )
})
