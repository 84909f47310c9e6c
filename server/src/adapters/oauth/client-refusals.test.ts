import { expect, it } from 'vitest'
import { ClientRefusals } from './client-refusals.ts'

const MINUTE = 60_000
const started = () => {
  let time = Date.parse('2030-03-04T08:00:00Z')
  return {
    refusals: new ClientRefusals({ now: () => new Date(time) }),
    pass: (ms: number) => {
      time += ms
    },
  }
}

it('one tenant that is refused, however often, is not several', () => {
  const { refusals, pass } = started()
  for (let hour = 0; hour < 5; hour++, pass(60 * MINUTE)) expect(refusals.began('a')).toBe(false)
  for (let again = 0; again < 5; again++) {
    refusals.ended('a')
    expect(refusals.began('a')).toBe(false)
  }
})

it('the third within ten minutes makes them several, and each one after it', () => {
  const { refusals } = started()
  expect(['a', 'b', 'b', 'a', 'c', 'c', 'd'].map((tenant) => refusals.began(tenant))).toEqual([
    ...[false, false, false, false],
    ...[true, false, true],
  ])
})

it('tenants that were refused long ago, and go on being, do not count', () => {
  const { refusals, pass } = started()
  const said = ['a', 'b', 'c', 'd'].map((tenant) => {
    pass(6 * MINUTE)
    return refusals.began(tenant)
  })
  pass(60 * MINUTE)
  expect([...said, ...['a', 'b', 'c', 'd'].map((tenant) => refusals.began(tenant))]).not.toContain(true)
})

it('refusals of no known tenant count as one each', () => {
  const { refusals } = started()
  expect([refusals.began(), refusals.began(), refusals.began()]).toEqual([false, false, true])
})
