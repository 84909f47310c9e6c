import { expect, it } from 'vitest'
import { erasedBefore, RETENTION_YEARS, retentionDays, retentionYears } from './retention.ts'

it('sessions are kept for the years that were chosen, cancelled ones for ninety days', () => {
  const now = new Date('2030-03-04T12:00:00Z')
  expect(RETENTION_YEARS.map((years) => retentionYears(retentionDays(years)))).toEqual([...RETENTION_YEARS])
  expect(erasedBefore(retentionDays(2), now)).toEqual({
    held: new Date('2028-03-04T12:00:00Z'),
    cancelled: new Date('2029-12-04T12:00:00Z'),
  })
})
