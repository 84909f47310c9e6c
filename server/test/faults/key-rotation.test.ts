import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest'
import { keysInUse } from '../../src/adapters/postgres/encryption/key-rotation.ts'
import { rotateTokenKeysCommand } from '../../src/cli/rotate-token-keys.ts'
import { type CommitProxy, startCommitProxy } from '../support/commit-proxy.ts'
import { openTestDatabase, type TestDatabase, testKey } from '../support/database.ts'
import { configFor } from '../support/environment.ts'
import { MovableClock } from '../support/movable-clock.ts'
import { createPractice } from '../support/practice.ts'
import { createConnection } from '../support/rows.ts'

const [OLD, NEW] = [testKey('old'), testKey('new')]

let test: TestDatabase
let proxy: CommitProxy
/** What is printed, and what of it is for the operator to act on: stdout and stderr. */
let said: string[]
let warned: string[]
beforeAll(async () => {
  test = await openTestDatabase([OLD])
  proxy = await startCommitProxy(test.url)
})
afterAll(async () => {
  await proxy.close()
  await test.drop()
})
beforeEach(async () => {
  proxy.setDown(false)
  said = []
  warned = []
  const { tenantId } = await createPractice(test.database)
  await createConnection(test.database, tenantId, '{}')
})

const usage = async () => Object.fromEntries(await keysInUse(test.database))

/** The command, through a database that may be away; `wait` is what happens while it waits. */
function rotate(wait: () => void, print: (line: string) => void = () => undefined, json = false) {
  const clock = new MovableClock()
  return rotateTokenKeysCommand(configFor({ ...test, url: proxy.url, keys: [NEW, OLD] }), {
    clock,
    async sleep(milliseconds) {
      clock.advance(milliseconds)
      wait()
    },
    print(line) {
      said.push(line)
      print(line)
    },
    warn(line) {
      warned.push(line)
    },
    json,
  })
}

it('TS-14 waits for a database that restarts before it begins', async () => {
  proxy.setDown(true)
  expect(await rotate(() => proxy.setDown(false))).toBe(0)
  expect(warned[0]).toMatch(
    /^The database is away \(.+\): trying again\. Nothing is lost, and this command can be repeated\.$/,
  )
  expect(said.at(-1)).toMatch(/^Done: \d+ values encrypted under new\./)
  expect(await usage()).toEqual({ new: expect.any(Number) })
})

it('TS-14 goes on after a restart in between', async () => {
  let restarts = 0
  const restart = (line: string): void => {
    if (line.startsWith('encrypted again') && restarts++ === 0) proxy.setDown(true)
  }
  expect(await rotate(() => proxy.setDown(false), restart)).toBe(0)
  expect(warned.filter((line) => line.includes('trying again'))).toHaveLength(1)
  expect(await usage()).toEqual({ new: expect.any(Number) })
})

it('TS-14 tells scripts what was done as one JSON document', async () => {
  expect(await rotate(() => undefined, undefined, true)).toBe(0)
  const [document, ...more] = said.map((line): unknown => JSON.parse(line))
  expect(document).toEqual({
    encryptedAgain: expect.any(Number),
    unreadable: 0,
    key: 'new',
    olderKeysMayBeRemoved: true,
  })
  expect(more).toEqual([])
})

it('TS-14 gives up after a minute, says what was done, and that it can be repeated', async () => {
  proxy.setDown(true)
  expect(await rotate(() => undefined)).toBe(1)
  expect(warned.slice(-3).join(' ')).toMatch(
    /away for a minute.+0 values are encrypted again.+Keep all keys, see that PostgreSQL runs and that DATABASE_URL names it, and repeat this command\./,
  )
  const tries = warned.filter((line) => line.includes('trying again')).length
  expect(tries).toBeGreaterThan(20)
  expect(tries).toBeLessThan(40)
  expect(await usage()).toMatchObject({ old: 1 })
})
