import { type Defence, inAdapter, inFile } from './defence.ts'

const pages = [
  ...inAdapter('free-busy.ts', 'reads.test.ts', [
    [
      'INV-7',
      'a look whether any calendar was chosen',
      "if (calendarIds.length === 0) throw misasked('no_calendars')",
      '',
    ],
    ['INV-7', 'a look at the window', "if (!(start < end)) throw misasked('window')", ''],
    [
      'F-31',
      'a look whether a page has a list',
      "if (!Array.isArray(page.value)) throw garbled('page_value')",
      'if (!Array.isArray(page.value)) return { busy: [], next: undefined }',
    ],
  ]),
  ...inFile('net/pages.ts', 'test/microsoft/pages.test.ts', [
    ['F-28', 'the set of pages seen', 'seen.has(name) || ', ''],
    ['F-28', 'the cap on pages', ' || seen.size >= limit', ''],
  ]),
  ...inAdapter('free-busy.ts', 'pages.test.ts', [
    [
      'F-30',
      'going on after an empty page',
      "return { busy, otherMarks, next: this.#next(page['@odata.nextLink']) }",
      "return { busy, otherMarks, next: page.value.length === 0 ? undefined : this.#next(page['@odata.nextLink']) }",
    ],
    [
      'F-41',
      'the union of what pages say',
      'clip(merge(entries.flatMap((calendar) => calendar.busy)), { start, end })',
      'clip(entries.flatMap((calendar) => calendar.busy), { start, end })',
    ],
    [
      'F-27',
      'the security event',
      "this.#parts.log.error('security_foreign_next_link', { connectionId: this.#connection.id })",
      '',
    ],
    [
      'F-29',
      'the failure of a later page',
      'const read = (link: URL) => this.#get(VIEW, link, deadline)',
      'const read = (link: URL) => this.#get(VIEW, link, deadline).catch((): Page => ({ busy: [], otherMarks: new Set(), next: undefined }))',
    ],
  ]),
  ...inAdapter('free-busy.ts', 'reads.test.ts', [
    ['F-72', 'calendarView, which expands a series', '/calendarView?', '/events?'],
  ]),
  ...inAdapter('free-busy.ts', 'transport.test.ts', [
    [
      'F-34',
      'the deadline of the whole read',
      'startDeadline(this.#parts.clock, this.#parts.limits.readMs, signal)',
      'startDeadline(this.#parts.clock, 3_600_000, signal)',
    ],
  ]),
  ...inAdapter('transport/graph-batch.ts', 'politeness.test.ts', [
    ['INV-11', 'the weight of a batch', 'weight: () => this.#paths.length - this.#answers.size,', ''],
  ]),
  ...inAdapter('transport/next-link.ts', 'pages.test.ts', [
    [
      'F-27',
      'the check of links',
      "if (!ours) throw garbled('foreign_link')",
      "if (!url) throw garbled('foreign_link')",
    ],
    ['F-27', 'the check of the origin', 'url?.origin === config.graphUrl && ', 'url !== undefined && '],
    ['F-27', 'the check of the version', " && url.pathname.startsWith('/v1.0/')", ''],
    ['F-27', 'the check for credentials', " && url.username === '' && url.password === ''", ''],
  ]),
]

const batches = inAdapter('transport/graph-batch.ts', 'pages.test.ts', [
  [
    'F-23',
    'repeating an item after the statuses of a single request',
    'transient: TRANSIENT_STATUS.has(status),',
    'transient: TRANSIENT_STATUS.has(status) && status !== 500,',
  ],
  [
    'F-23',
    'judging each item: what failed reads as free',
    'if (item.status !== 200) return itemFailure(item, now)',
    'if (item.status !== 200) return undefined',
  ],
  ['F-23', 'giving up at an item that failed for good', 'if (final !== undefined) {', 'if (final === undefined) {'],
  ['F-23', 'the check that each question has one answer', 'this.#checkIds(items)\n', '\n'],
  [
    'F-23',
    "an item's own Retry-After",
    'const retryAfterMs = waits.length === 0 ? undefined : Math.max(...waits)',
    'const retryAfterMs = undefined',
  ],
  [
    'F-23',
    'keeping what was answered',
    '      .map((url, index) => ({ id: String(index), url }))\n      .filter(({ id }) => !this.#answers.has(id))',
    '      .map((url, index) => ({ id: String(index), url }))',
  ],
])

const meaning = [
  ...inAdapter('free-busy-status.ts', 'meaning.test.ts', [
    [
      'F-36',
      'blocking by values nobody knows',
      "isShowAs(showAs) ? showAs : 'unknown'",
      "isShowAs(showAs) ? showAs : 'free'",
    ],
    ['F-36', 'the tenant’s policy', 'tentative: ({ tentativeBlocks }) => tentativeBlocks', 'tentative: () => true'],
    ['F-42', 'the look whether it was cancelled', "if (asFlag(event.isCancelled)) return 'off'", ''],
    [
      'F-42',
      'the look whether she declined',
      "if (asName(asObject(responseStatus, 'event_response').response) === 'declined') return 'off'",
      ';',
    ],
  ]),
  ...inAdapter('free-busy-status.ts', 'reads.test.ts', [
    ['F-31', 'the check that it ends after it starts', "if (start > end) throw garbled('event_reversed')", ''],
    ['F-77', 'the days of all-day events', 'if (asFlag(event.isAllDay)) return allDay(event, tenantZone)', ''],
  ]),
  ...inAdapter('free-busy-status.ts', 'privacy.test.ts', [
    ['PR-01', 'the exact $select', "export const BUSY_FIELDS = 'start", "export const BUSY_FIELDS = 'subject,start"],
  ]),
  ...inAdapter('time/windows-time-zones.ts', 'meaning.test.ts', [
    [
      'F-76',
      'the refusal of unknown zones',
      "isKnown(name)) return name\n  throw garbled('unknown_time_zone')",
      "isKnown(name)) return name\n  return 'UTC'",
    ],
    [
      'F-73',
      'reading the doubtful hour as busy',
      "const disambiguation = edge === 'start' ? 'earlier' : 'later'",
      "const disambiguation = edge === 'start' ? 'compatible' : 'compatible'",
    ],
    [
      'F-74',
      'reading the doubtful hour as busy',
      "const disambiguation = edge === 'start' ? 'earlier' : 'later'",
      "const disambiguation = edge === 'start' ? 'compatible' : 'compatible'",
    ],
    [
      'F-75',
      'reading the doubtful hour as busy',
      "const disambiguation = edge === 'start' ? 'earlier' : 'later'",
      "const disambiguation = edge === 'start' ? 'compatible' : 'compatible'",
    ],
  ]),
  ...inAdapter('time/graph-date-time.ts', 'reads.test.ts', [
    [
      'F-76',
      'the refusal of a time without a zone',
      "if (typeof timeZone !== 'string') throw garbled('unknown_time_zone')",
      "if (typeof timeZone !== 'string') return { dateTime, zone: 'UTC' }",
    ],
    [
      'F-31',
      'the refusal of 31 February',
      "if (day === 0 || day > (DAYS[month - 1] ?? 0) || leapless) throw garbled('event_time')",
      '',
    ],
    [
      'F-31',
      'the form of a time',
      "if (typeof dateTime !== 'string' || !DATE_TIME.test(dateTime)) throw garbled('event_time')",
      "if (typeof dateTime !== 'string') throw garbled('event_time')",
    ],
  ]),
  ...inAdapter('time/all-day-events.ts', 'all-day.test.ts', [
    ['F-77', 'the wider window', 'start: new Date(start.getTime() - before * MINUTE_MS),', 'start,'],
    [
      'F-77',
      'both days where the zone cannot be told',
      'const east = DAY_MINUTES - minutes <= EASTERNMOST_MINUTES',
      'const east = false',
    ],
    ['F-77', 'the day of a day without length', 'after: first === after ? dateAfter(first, 1) : after', 'after'],
  ]),
]

const sharing = inFile('concurrency/single-flight.ts', 'test/services/read-free-busy.test.ts', [
  [
    '100 clients who ask',
    'sharing what runs',
    'abandonable(this.#running.get(key) ?? this.#next.get(key) ?? this.#start(key, start), signal)',
    'abandonable(this.#start(key, start), signal)',
  ],
  ['whoever comes after a failure', 'forgetting what has ended', '.finally(() => this.#running.delete(key))', ''],
  [
    'never join one that began earlier',
    'a read of its own for a confirmation',
    'return abandonable(next ?? this.#start(key, start), signal)',
    'return abandonable(running ?? this.#start(key, start), signal)',
  ],
])

const overlapping = inFile('concurrency/single-flight.ts', 'src/concurrency/single-flight.test.ts', [
  [
    'never has two at once',
    'joining the next as one ends',
    'const next = this.#next.get(key) ?? (running',
    'const next = (running && this.#next.get(key)) ?? (running',
  ],
  [
    'one caller leave',
    'leaving alone',
    'this.#start(key, start), signal)\n  }\n\n  /** As `run`',
    'this.#start(key, start), undefined)\n  }\n\n  /** As `run`',
  ],
])

export const READING: readonly Defence[] = [...pages, ...batches, ...meaning, ...sharing, ...overlapping]
