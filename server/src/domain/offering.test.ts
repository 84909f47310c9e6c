import { expect, it } from 'vitest'
import { offeringOf } from './offering.ts'

const hours = (minutes: number) => ({ weekday: 1, startMinute: 540, endMinute: 540 + minutes })

it.each([
  ['no service', [], [hours(60)], 'no_service'],
  ['neither service nor hours', [], [], 'no_service'],
  ['no hours', [50], [], 'no_hours'],
  [
    'hours that are shorter than every service, though two of them are longer together',
    [50, 90],
    [hours(45), hours(45)],
    'too_short',
  ],
  ['hours as long as one of the services', [50, 90], [hours(30), hours(50)], 'some'],
])('what can be booked with %s', (_, services, workingHours, expected) => {
  expect(
    offeringOf(
      services.map((durationMinutes) => ({ durationMinutes })),
      workingHours,
    ),
  ).toBe(expected)
})

it('nothing can be booked at a closed practice, whatever it offers', () => {
  expect(offeringOf([{ durationMinutes: 50 }], [hours(60)], true)).toBe('closed')
})
