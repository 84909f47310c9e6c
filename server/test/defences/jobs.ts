import { type Defence, inFile } from './defence.ts'

export const JOBS: readonly Defence[] = [
  ...inFile('jobs/heartbeat.ts', 'src/jobs/heartbeat.test.ts', [
    ['waits longer', 'an end to a question under way', 'asking.size > 0 ? ASKING_TICKS', 'asking.size > 0 ? 3600'],
    ['waits longer', 'patience with a question under way', 'asking.size > 0 ? ASKING_TICKS', 'asking.size > 0 ? 5'],
    ['is not asked for', 'leaving alone who has no free place', 'if (!hasFreePlaces()) return\n', ''],
  ]),
  ...inFile('jobs/runner.ts', 'test/faults/worker-standstill.test.ts', [
    ['F-64', 'noticing silence', 'Promise.race([over, heartbeat.silent()])', 'over'],
    ['F-64', 'noticing an end', 'Promise.race([over, heartbeat.silent()])', 'heartbeat.silent()'],
    ['F-08', 'an end to the wait for graphile-worker', 'await Promise.race([stopped, ', 'await Promise.all([stopped, '],
    ['keeps no launch', 'an end to a launch', 'await Promise.race([launching, late])', 'await launching'],
    [
      'its role sees no row',
      'the refusal of a queue of others',
      'if (rowCount !== 0) throw new ForeignQueueError()',
      '',
    ],
  ]),
  ...inFile('jobs/worker.ts', 'test/faults/worker-standstill.test.ts', [
    ['F-64', 'giving back what a lost runner held', 'void giveBack(current)\n', ''],
    ['F-64', 'the attempt that did not count', 'attempts = greatest(0, attempts - 1), ', ''],
    ['INV-3', 'the lock of what is still executed', 'AND NOT id = ANY($2::bigint[])', 'AND $2::bigint[] IS NOT NULL'],
    [
      'F-08',
      'giving back what was held',
      'await inTime(Promise.allSettled(runners.map((runner) => returnJobs(pool, runner))))',
      '',
    ],
  ]),
  ...inFile('jobs/tasks.ts', 'test/faults/workers.test.ts', [
    ['INV-12 jobs that the release before', 'the name jobs had', 'mirror_booking: reconcileEvent(services),', ''],
    [
      'INV-12 jobs that the release before',
      'the name requeueing had',
      'requeue_mirrors: () => services.requeueOutbox(),',
      '',
    ],
  ]),
  ...inFile('adapters/postgres/bookings/outbox-jobs.ts', 'test/faults/workers.test.ts', [
    [
      'INV-12 jobs that the release before',
      'the key that jobs had',
      "job_key => 'mirror:' || id,\n    job_key_mode",
      "job_key => 'event:' || id,\n    job_key_mode",
    ],
  ]),
  ...inFile('di.ts', 'test/faults/worker-outage.test.ts', [
    ['shows in', 'the worker in /readyz', 'worker: worker.running()', 'worker: true'],
  ]),
  ...inFile('application.ts', 'test/security/boot.test.ts', [
    ['a newer release', 'the worker before the port', 'await worker.start(jobs)', 'worker.start(jobs).catch(() => {})'],
    ['the port is taken', 'closing after a failed start', 'await Promise.race([close(0), sleep(CLOSE_MS)])', ''],
    ['does not listen', 'the look at the signal', 'signal?.throwIfAborted()', ''],
  ]),
  ...inFile('main.ts', 'test/security/boot.test.ts', [
    ['ends, without', 'the signal’s handler before the start', "process.once('SIGTERM', stop)", ''],
    [
      'ends, without',
      'silence about a start that was called off',
      'if (stopping.signal.aborted) process.exit(process.exitCode ?? 0)',
      '',
    ],
  ]),
]
