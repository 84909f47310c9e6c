/**
 * When the periodic jobs run, in cron's notation (minute, hour, day, month, weekday), in UTC. A time at which no worker ran
 * is not made up for: the next run does the same work.
 */
export const SCHEDULE = [
  { task: 'requeue_outbox', match: '*/2 * * * *' },
  { task: 'reread_change_keys', match: '*/2 * * * *' },
  { task: 'queue_comparisons', match: '* * * * *' },
  { task: 'queue_maintenance', match: '* * * * *' },
  { task: 'purge', match: '41 3 * * *' },
] as const
