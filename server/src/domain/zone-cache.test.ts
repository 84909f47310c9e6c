import { expect, it } from 'vitest'
import { CACHED_ANSWERS, cachedByZone } from './zone-cache.ts'

it('a zone is asked once, and again when as many others as are kept were asked for', () => {
  const asked: string[] = []
  const answer = cachedByZone((at: number, zone) => {
    asked.push(`${zone} ${at}`)
    return `${at} in ${zone}`
  })
  for (const zone of ['A', 'B', 'A', 'B']) expect(answer(0, zone)).toBe(`0 in ${zone}`)
  expect(asked).toEqual(['A 0', 'B 0'])
  for (let at = 1; at <= CACHED_ANSWERS; at++) expect(answer(at, 'A')).toBe(`${at} in A`)
  expect(answer(0, 'B')).toBe('0 in B')
  expect(asked).toHaveLength(CACHED_ANSWERS + 3)
})
