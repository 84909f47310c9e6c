import { afterAll, beforeAll, expect, it } from 'vitest'
import { createSessionStore } from '../../src/adapters/postgres/accounts/web-session-store.ts'
import { openTestDatabase, type TestDatabase } from '../support/database.ts'
import { until } from '../support/until.ts'
import { member, startWebApp } from '../support/web-app.ts'

let test: TestDatabase
beforeAll(async () => {
  test = await openTestDatabase()
})
afterAll(() => test.drop())

it('WS-05 signing out is not undone by a request that is under way', async () => {
  const web = await startWebApp(undefined, { sessionStore: createSessionStore(test.pool) })
  const { browser, csrf } = await member(web)
  // The next request writes to its web session, as each does after a minute.
  web.fakes.now = new Date(web.fakes.now.getTime() + 2 * 60_000)
  let isUnderWay = false
  let release = (): void => {}
  const held = new Promise<void>((resolve) => {
    release = resolve
  })
  web.fakes.before = (what) => {
    if (what !== 'user' || isUnderWay) return
    isUnderWay = true
    return held
  }
  const slow = browser.get('/appointments').then(({ status }) => status)
  await until(async () => isUnderWay)

  await browser.post('/sign-out').type('form').send({ _csrf: csrf }).expect(303)
  await browser.get('/appointments').expect(401)
  release()
  expect(await slow).toBe(200)
  expect((await test.pool.query('SELECT 1 FROM session')).rowCount).toBe(0)
  await browser.get('/appointments').expect(401)
})

it('WS-05 a web session is kept, and changed, as long as nobody signs out', async () => {
  const web = await startWebApp(undefined, { sessionStore: createSessionStore(test.pool) })
  const { browser } = await member(web)
  const seen = async () => (await test.pool.query("SELECT sess->>'seenAt' AS seen FROM session")).rows[0].seen
  const before = Number(await seen())
  web.fakes.now = new Date(web.fakes.now.getTime() + 2 * 60_000)
  await browser.get('/appointments').expect(200)
  expect(Number(await seen())).toBe(before + 2 * 60_000)
  await browser.get('/appointments').expect(200)
})
