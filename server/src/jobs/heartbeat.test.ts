import { EventEmitter } from 'node:events'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { type Heartbeat, watchPlaces } from './heartbeat.ts'

let events: EventEmitter
let free: boolean
let heartbeat: Heartbeat
let silent: boolean
beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] })
  events = new EventEmitter()
  free = true
  silent = false
  heartbeat = watchPlaces(events, () => free)
  void heartbeat.silent().then(() => {
    silent = true
  })
})
afterEach(() => {
  heartbeat.end()
  vi.useRealTimers()
})

const worker = {}
const say = (event: string): boolean => events.emit(event, { worker })
/** Whether it has fallen silent after so many seconds more. */
const silentAfter = async (seconds: number): Promise<boolean> => {
  await vi.advanceTimersByTimeAsync(seconds * 1000)
  return silent
}

describe('a worker’s heartbeat', () => {
  it('goes on while a place asks, whatever the answer, or a job ends', async () => {
    for (const answer of ['worker:getJob:empty', 'worker:getJob:error', 'job:start']) {
      say('worker:getJob:start')
      expect(await silentAfter(4)).toBe(false)
      say(answer)
      expect(await silentAfter(4)).toBe(false)
      heartbeat.beat()
      expect(await silentAfter(4)).toBe(false)
    }
  })

  it('is over when a free place has not asked for five seconds', async () => {
    say('worker:getJob:start')
    say('worker:getJob:empty')
    expect(await silentAfter(4)).toBe(false)
    expect(await silentAfter(1)).toBe(true)
  })

  it('is not asked for while every place has a job', async () => {
    say('worker:getJob:start')
    say('job:start')
    free = false
    expect(await silentAfter(3600)).toBe(false)
    free = true
    expect(await silentAfter(5)).toBe(true)
  })

  it('waits longer for a question under way, and not for ever: its connection may be gone without a word', async () => {
    say('worker:getJob:start')
    expect(await silentAfter(24)).toBe(false)
    expect(await silentAfter(1)).toBe(true)
  })
})
