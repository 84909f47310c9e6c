import { setTimeout as pause } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import { createLog, withLogFields } from './log.ts'

describe('the log', () => {
  const lines: Record<string, unknown>[] = []
  const log = createLog('info', { write: (line: string) => void lines.push(JSON.parse(line)) })

  it('gives each line the fields of the work that brings it about, after a wait too, and no other', async () => {
    const one = withLogFields({ jobId: '1' }, async () => {
      await pause(1)
      log.info('late', { ms: 1 })
    })
    const two = withLogFields({ requestId: 'r' }, async () => log.warn('now'))
    await Promise.all([one, two])
    log.info('alone')
    expect(lines).toMatchObject([
      { event: 'now', requestId: 'r' },
      { event: 'late', jobId: '1', ms: 1 },
      { event: 'alone' },
    ])
    expect(lines[0]).not.toHaveProperty('jobId')
    expect(Object.keys(lines[2] ?? {}).sort()).toEqual(['event', 'level', 'time'])
  })

  it('prefers a line’s own field', () => {
    withLogFields({ requestId: 'of the work' }, () => log.info('own', { requestId: 'of the line' }))
    expect(lines.at(-1)).toMatchObject({ requestId: 'of the line' })
  })
})
