import { type Defence, inFile } from './defence.ts'

export const HEALTH: readonly Defence[] = [
  ...inFile('services/maintain-connections.ts', 'test/faults/listing.test.ts', [
    [
      'when maintenance is answered 403',
      'a read that decides, after a listing that failed',
      'return connections.recordRead(tenantId, id, read.readAt)',
      "return connections.recordFailure(tenantId, id, 'forbidden', read.readAt)",
    ],
    [
      'because Microsoft is away for a minute',
      'leaving failures that pass to whoever reads next',
      'if (!isTransient(read.failure.reason)) await',
      'await',
    ],
  ]),
  ...inFile('services/check-connection.ts', 'test/faults/listing.test.ts', [
    ['finds out that reading works again', 'a read where a failure stands', ' && !failing ?', ' ?'],
    ['finds out by reading', 'a read where a listing failed', ' && isListed &&', ' &&'],
  ]),
  ...inFile('domain/connection-health.ts', 'test/faults/listing.test.ts', [
    ['is not told as silence', 'own words for an answer nobody can trust', "garbled: 'unusable'", "garbled: 'failing'"],
  ]),
]
