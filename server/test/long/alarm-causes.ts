import { randomUUID } from 'node:crypto'
import { setTimeout as pause } from 'node:timers/promises'
import { Browser } from '../../dev/browser.ts'
import {
  admin,
  bookMany,
  type Cause,
  hold,
  holdWrites,
  letGo,
  noVisitors,
  OUT_OF_DATABASE,
  readOnly,
  releaseWrites,
} from './alarm-scene.ts'
import { clockAhead } from './production-process.ts'
import { ask } from './real-postgres.ts'
import { fromAnywhere } from './visitors.ts'

/** Causes that lie with our processes and our database. */
export const OF_OURS: readonly Cause[] = [
  {
    what: 'a process that serves pages is killed',
    fires: ['BookingDown'],
    begin: ({ web }) => web.end('SIGKILL'),
    end: ({ web }) => web.start(),
  },
  {
    what: 'the only process that takes jobs is killed',
    fires: ['BookingDown', 'BookingWorkerStopped'],
    begin: (scene) => {
      noVisitors(scene)
      return scene.both.end('SIGKILL')
    },
    end: ({ both }) => both.start(),
  },
  {
    what: 'a process is killed again and again, and starts each time',
    fires: ['BookingRestarts'],
    may: { BookingDown: 'here a start lasts as long as the shortened patience of the rule' },
    async begin({ web }) {
      for (let time = 0; time < 7; time += 1) {
        await web.end('SIGKILL')
        await web.start()
        // Read at least once.
        await pause(3_200)
      }
    },
    end: async () => {},
  },
  {
    what: 'the database is stopped, and nobody comes',
    fires: ['BookingDatabaseDown'],
    may: OUT_OF_DATABASE,
    begin: (scene) => {
      noVisitors(scene)
      return scene.postgres.stop()
    },
    end: ({ postgres }) => postgres.start(),
  },
  {
    what: 'the database takes no writes',
    fires: ['BookingRequestsFail'],
    may: { ...OUT_OF_DATABASE },
    async begin(scene) {
      Object.assign(scene.visitors, { pages: 1, slots: 2 })
      await readOnly(scene, 'on')
    },
    end: (scene) => readOnly(scene, 'off'),
  },
  {
    what: 'the table of the jobs is locked',
    fires: ['BookingDatabaseDown'],
    may: OUT_OF_DATABASE,
    begin: (scene) => {
      noVisitors(scene)
      return hold(scene.url, 'BEGIN', 'LOCK TABLE graphile_worker._private_jobs IN ACCESS EXCLUSIVE MODE')
    },
    end: letGo,
  },
  {
    what: 'a newer release has changed the job queue, and an outage ends the runner',
    fires: ['BookingWorkerStopped', 'BookingAlarm'],
    may: { BookingDatabaseDown: 'an outage' },
    async begin(scene) {
      noVisitors(scene)
      await ask(scene.url, 'INSERT INTO graphile_worker.migrations (id, breaking) VALUES (100000, true)')
      const held = holdWrites(scene)
      await bookMany(scene, 1)
      await held.struck
      await scene.postgres.stop()
      await releaseWrites(scene)
      await pause(3_000)
      await scene.postgres.start()
    },
    end: ({ url }) => ask(url, 'DELETE FROM graphile_worker.migrations WHERE id = 100000'),
  },
  {
    what: 'a table that every page needs is locked',
    fires: ['BookingPoolFull'],
    may: {
      BookingDatabaseDown: 'what is read for the metrics waits for a connection as well',
      BookingRequestsFail: 'pages that have waited too long answer 503',
      BookingSlow: 'pages wait',
      BookingWorkerStopped: 'the runner waits for a connection as well',
      BookingAlarm: 'worker_stopped is an error of the log',
    },
    begin: (scene) => {
      Object.assign(scene.visitors, { pages: 0, slots: 8 })
      return hold(scene.url, 'BEGIN', 'LOCK TABLE rate_limit IN ACCESS EXCLUSIVE MODE')
    },
    end: letGo,
  },
  {
    what: 'a job fails for the last time',
    fires: ['BookingJobsGivenUp'],
    begin: ({ url }) =>
      ask(url, `SELECT graphile_worker.add_job('reconcile_event', '{"bookingId":"none"}', max_attempts => 1)`),
    end: async (scene) => admin(scene, 'queue', 'drop', 'failed'),
  },
  {
    what: 'the clock of a process is twelve minutes ahead (libfaketime)',
    fires: ['BookingClockSkew'],
    may: { BookingDown: 'here a start lasts as long as the shortened patience of the rule' },
    async begin({ web }) {
      await web.end('SIGTERM')
      await web.start(clockAhead(12))
    },
    async end({ web }) {
      await web.end('SIGTERM')
      await web.start()
    },
  },
  {
    what: 'sixty wrong passwords',
    fires: ['BookingSignInFailures'],
    async begin({ world, both }) {
      for (let time = 0; time < 60; time += 1) {
        const browser = new Browser(both.origin)
        const page = await browser.get('/sign-in', fromAnywhere())
        const fields = { email: `${randomUUID()}@nobody.example`, password: randomUUID() }
        await browser.submit(page, '/sign-in', fields, { ...fromAnywhere(), origin: world.appUrl })
      }
    },
    end: async () => {},
  },
]
