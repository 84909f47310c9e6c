import { type Defence, inFile } from './defence.ts'

const fairness = [
  ...inFile('jobs/runner.ts', 'test/faults/workers.test.ts', [
    ['T-29 one practice', 'leaving places to other practices', '    forbiddenFlags,\n', ''],
  ]),
  ...inFile('jobs/one-at-a-time.ts', 'test/faults/workers.test.ts', [
    ['T-29 one practice', 'one look at a time', '      await before\n', ''],
    [
      'T-29 one practice',
      'an end to the wait of a practice',
      'end: (jobId) => void flags.delete(jobId)',
      'end: () => {}',
    ],
  ]),
  ...inFile('adapters/postgres/bookings/outbox-jobs.ts', 'test/faults/workers.test.ts', [
    ['T-29 one practice', 'the flag of a job', ",\n      flags => ARRAY['tenant:' || tenant_id])", ')'],
    ['T-29 one practice', 'the flag of a job queued again', ",\n      flags => ARRAY['tenant:' || b.tenant_id])", ')'],
  ]),
]

export const LIMITS: readonly Defence[] = [...fairness]
