import { type Defence, inFile } from './defence.ts'

/** Of a database that a standby follows: nobody has promoted it yet, or the primary's machine is gone without a word. */
export const STANDBY: readonly Defence[] = [
  ...inFile('jobs/runner.ts', 'test/faults/worker-standstill.test.ts', [
    [
      'F-64 a runner that is launched while nothing can be written',
      'its first look',
      'one) => requireLook(one, looked))',
      'one) => one)',
    ],
  ]),
  ...inFile('jobs/runner.ts', 'test/postgres/pool.test.ts', [
    ['F-64 a runner that stops while its LISTEN fails', 'giving back once', 'if (!given) release?.(', 'release?.('],
  ]),
  ...inFile('adapters/postgres/client.ts', 'test/postgres/pool.test.ts', [
    ['is closed where an answer does not come', 'an end of the wait', 'stream.destroy(Object', 'void (Object'],
    ['is closed where an answer does not come', 'every time', ").on('timeout'", ").once('timeout'"],
    ['is closed where an answer does not come', 'idle connections', 'state.readyForQuery !== true', 'true'],
  ]),
]
