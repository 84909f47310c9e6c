import { type Defence, inFile } from './defence.ts'

export const HEALTH: readonly Defence[] = [
  ...inFile('services/maintain-connections.ts', 'test/faults/listing.test.ts', [
    [
      'when maintenance is answered 403',
      'a read that decides, after a listing that failed',
      'await connections.recordRead(tenantId, id, readAt)',
      "await connections.recordFailure(tenantId, id, 'forbidden', readAt)",
    ],
    [
      'because Microsoft is away for a minute',
      'leaving failures that pass to whoever reads next',
      'if (isTransient(error.reason)) return\n',
      '',
    ],
    ['finds out that reading works again', 'a read where a failure stands', ' || failing) await', ') await'],
    ['finds out by reading', 'a read where a listing failed', ' || !listed', ''],
  ]),
  ...inFile('domain/connection-health.ts', 'test/faults/listing.test.ts', [
    ['is not told as silence', 'own words for an answer nobody can trust', "garbled: 'unusable'", "garbled: 'failing'"],
  ]),
]
