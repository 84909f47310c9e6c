import { type Defence, inFile } from './defence.ts'

const WATCHED = 'src/services/watch-clock.test.ts'

/** Of a process whose clock is wrong. */
export const CLOCK: readonly Defence[] = [
  ...inFile('services/watch-clock.ts', WATCHED, [
    [
      'ahead of the database’s is told',
      'a clock that is behind',
      '- Math.max(0, there - after)',
      '- Math.max(0, there - there)',
    ],
    [
      'ahead of the database’s is told',
      'the warning',
      'Math.abs(skew) > TOLERATED_SECONDS',
      'skew > TOLERATED_SECONDS',
    ],
    ['is not called wrong for the time', 'the wait for the answer', 'before - there)', 'after - there)'],
    ['compared again every hour', 'the hour', 'void compare(), HOUR_MS', 'void skew, HOUR_MS'],
    ['compared again every hour', 'silence after its end', 'clearInterval(timer)', 'undefined'],
  ]),
  ...inFile('metrics.ts', 'test/security/metrics.test.ts', [
    ['CL-09 they tell', 'the clock', 'clockSkewSeconds: clockSkewSeconds()', 'clockSkewSeconds: undefined'],
  ]),
]
