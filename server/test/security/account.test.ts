import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { MockWorld } from '../support/mock-world.ts'
import type { Practice } from '../support/practice.ts'
import type { Process } from '../support/process.ts'
import { auditOf } from '../support/rows.ts'
import { signIn, type Therapist } from '../support/therapist.ts'
import { startWorld } from '../support/world.ts'

const ACCOUNT = '/settings/account'
const CHANGE = '/settings/account/password'
const EVERYWHERE = '/settings/account/sign-out-everywhere'
const NEXT = 'a longer one, never used'

let world: MockWorld
let second: Process
let practice: Practice
let here: Therapist
let elsewhere: Therapist
beforeAll(async () => {
  world = await startWorld({ calendars: 'mock' })
  second = await world.another()
})
afterAll(() => world.close())
beforeEach(async () => {
  practice = await world.practice()
  await world.database.pool.query('DELETE FROM rate_limit')
  here = await signIn(world.first.origin, practice)
  elsewhere = await signIn(second.origin, practice)
})

const statusOf = async (who: Therapist) => (await who.browser.get('/appointments')).status
const change = async (fields: Readonly<Record<string, string>> = {}, who = here) =>
  who.browser.submit(await who.browser.get(ACCOUNT), CHANGE, {
    current: practice.password,
    next: NEXT,
    again: NEXT,
    ...fields,
  })
const signsIn = (password: string) =>
  signIn(world.first.origin, { ...practice, password }).then(
    () => true,
    () => false,
  )
const actions = async () => (await auditOf(world.database.pool, practice.tenantId)).map((line) => line.split(' ')[0])

describe('a user’s own password', () => {
  it('WS-05 WS-02 is changed: every other web session ends at every process, and this one has a new id', async () => {
    const before = here.browser.cookies.get('session')
    const answer = await change()
    expect([answer.status, answer.location]).toEqual([303, `${ACCOUNT}?outcome=changed`])
    expect((await here.browser.get(answer.location ?? '')).text).toContain('Your password is changed')
    expect((await here.browser.get(answer.location ?? '')).text).not.toContain('Your password is changed')
    expect(here.browser.cookies.get('session')).not.toBe(before)
    expect([await statusOf(here), await statusOf(elsewhere)]).toEqual([200, 401])
    expect([await signsIn(practice.password), await signsIn(NEXT)]).toEqual([false, true])
    expect(await actions()).toContain('password_changed')
    expect(world.logs.of('password_changed')).toHaveLength(1)
  })

  it.each([
    ['without the one she has', { current: 'not it, but long' }, 'This is not your password'],
    ['without any', { current: '' }, 'Enter your password'],
    ['for a short one', { next: 'elevenchars', again: 'elevenchars' }, 'at least 12 characters'],
    ['when she mistypes it', { again: `${NEXT}!` }, 'The two new passwords are not the same'],
  ])('WS-05 is not changed %s, and nobody is signed out', async (_when, fields, words) => {
    const { status, text } = await change(fields)
    expect([status, text.includes(words)]).toEqual([422, true])
    expect(text).not.toContain(NEXT)
    expect([await statusOf(here), await statusOf(elsewhere), await signsIn(practice.password)]).toEqual([
      200,
      200,
      true,
    ])
    expect((await actions()).includes('password_change_refused')).toBe('current' in fields && fields.current !== '')
  })

  it('WS-12 WS-17 is asked for by our own form, and not guessed at', async () => {
    const page = await here.browser.get(ACCOUNT)
    const fields = { current: practice.password, next: NEXT, again: NEXT }
    for (const path of [CHANGE, EVERYWHERE]) {
      expect((await here.browser.submit(page, path, fields, { 'sec-fetch-site': 'cross-site' })).status).toBe(403)
      expect((await here.browser.submit(page, path, { ...fields, _csrf: 'x' })).status).toBe(403)
      expect((await here.browser.get(path)).status).toBe(405)
    }
    for (let turn = 0; turn < 10; turn += 1) expect((await change({ current: '' })).status).toBe(422)
    expect((await change()).status).toBe(429)
    expect(await signsIn(practice.password)).toBe(true)
  })
})

it('WS-05 signing out everywhere ends every web session of that user alone, at every process', async () => {
  const another = await signIn(second.origin, await world.practice())
  const answer = await here.browser.submit(await here.browser.get(ACCOUNT), EVERYWHERE, {})
  expect([answer.status, answer.location]).toEqual([303, '/sign-in'])
  expect([await statusOf(here), await statusOf(elsewhere), await statusOf(another)]).toEqual([401, 401, 200])
  expect(await actions()).toContain('signed_out_everywhere')
  expect(await signsIn(practice.password)).toBe(true)
})
