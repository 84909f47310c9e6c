import { type Defence, inAdapter, inFile } from './defence.ts'

/** That a meeting's link comes where there is one, and that none keeps an event from being written. */
export const ONLINE_MEETINGS: readonly Defence[] = [
  ...inAdapter('event-body.ts', 'online-meeting.test.ts', [
    [
      'a video link is no link',
      'links by https alone',
      "new URL(value).protocol === 'https:'",
      "new URL(value).protocol !== ''",
    ],
    [
      'a video link is not asked for where a',
      'leaving out the provider that gives no link',
      "['teamsForBusiness', 'skypeForBusiness'].filter(",
      "['teamsForBusiness', 'skypeForBusiness', 'skypeForConsumer'].filter(",
    ],
    [
      'a video link is not asked for where',
      'the look at what the mailbox allows',
      'return known.find((name) => name === defaultOnlineMeetingProvider) ?? known[0]',
      "return 'teamsForBusiness'",
    ],
  ]),
  ...inAdapter('events.ts', 'online-meeting.test.ts', [
    [
      'comes late is looked for when',
      'the link of an event that was found',
      'return meeting === undefined ? event : meeting.linked(event)',
      'return event',
    ],
    [
      'an event that is refused with a video link',
      'writing without what was refused',
      'if (provider === undefined || !isRefusedInput(failure))',
      'if (provider !== undefined)',
    ],
  ]),
  ...inAdapter('online-meeting.ts', 'online-meeting.test.ts', [
    [
      'comes late is looked for three',
      'waiting for the link',
      "return { kind: 'again', failure, retryAfterMs: LINK_PAUSE_MS }",
      'throw failure',
    ],
    [
      'where the look for its video link',
      'going on without the link',
      "this.#without('join_url_not_read', error)\n      return event",
      'throw error',
    ],
    [
      'look-up of its video service',
      'going on without the video service',
      "this.#without('video_provider_not_read', error),\n    )",
      'Promise.reject(error),\n    )',
    ],
  ]),
  ...inFile('concurrency/deadline.ts', 'test/microsoft/online-meeting.test.ts', [
    [
      'leaves time for the event',
      'the share of the deadline',
      'Math.min(milliseconds, outer.left() / 2)',
      'milliseconds',
    ],
  ]),
  ...inFile('adapters/google-calendar/online-meeting.ts', 'test/google/online-meeting.test.ts', [
    [
      'that comes later',
      'waiting for the link',
      "return { kind: 'again', failure, retryAfterMs: LINK_PAUSE_MS }",
      'throw failure',
    ],
    [
      'where the look for its Meet link',
      'going on without the link',
      "log.warn('join_url_not_read'",
      "throw error\n    log.warn('join_url_not_read'",
    ],
  ]),
  ...inFile('adapters/google-calendar/events.ts', 'test/google/online-meeting.test.ts', [
    [
      'that was found',
      'the link of an event that was found',
      'if (found !== undefined) return this.#linked(found, deadline)',
      'if (found !== undefined) return createdEvent(found)',
    ],
  ]),
]
