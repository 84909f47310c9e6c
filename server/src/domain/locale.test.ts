import { describe, expect, it } from 'vitest'
import { usualClock } from './locale.ts'

describe('the usual clock', () => {
  it.each([
    ['Europe/London', '12h'],
    ['europe/dublin', '12h'],
    ['America/New_York', '12h'],
    ['America/Indiana/Knox', '12h'],
    ['Australia/Sydney', '12h'],
    ['Asia/Manila', '12h'],
    ['Asia/Calcutta', '12h'],
    ['Europe/Berlin', '24h'],
    ['America/Sao_Paulo', '24h'],
    ['America/Mexico_City', '24h'],
    ['Africa/Johannesburg', '24h'],
    ['UTC', '24h'],
  ])('of English in %s has %s', (zone, clock) => expect(usualClock('en', zone)).toBe(clock))

  it('of German has 24 hours wherever it is written', () => {
    expect(usualClock('de', 'America/New_York')).toBe('24h')
    expect(usualClock('de', 'Europe/Berlin')).toBe('24h')
  })

  it('knows every zone of the United States and of Canada that this machine knows', () => {
    const zones = Intl.supportedValuesOf('timeZone')
    const regions = ['America/Denver', 'America/Phoenix', 'America/Anchorage', 'America/Halifax', 'America/St_Johns']
    expect(zones).toEqual(expect.arrayContaining(regions))
    expect(regions.filter((zone) => usualClock('en', zone) !== '12h')).toEqual([])
  })
})
