import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { Browser } from '../../dev/browser.ts'
import { type Admin, adminOf } from '../support/admin.ts'
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
let admin: Admin
let second: Process
let practice: Practice
let here: Therapist
let elsewhere: Therapist
beforeAll(async () => {
  world = await startWorld({ calendars: 'mock' })
  second = await world.another()
  admin = adminOf(world.database, { clock: world.clock })
})
afterAll(async () => {
  await admin.close()
  await world.close()
})
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

describe('a link to set a password', () => {
  const linkTo = async (): Promise<string> => {
    const { data } = await admin('users', 'password-link', practice.email, '--json')
    return new URL((data as { url: string }).url).pathname
  }
  const opened = async (path: string) => {
    const browser = new Browser(world.first.origin)
    return { browser, page: await browser.get(path) }
  }
  const choose = async (path: string, fields: Readonly<Record<string, string>> = {}) => {
    const { browser, page } = await opened(path)
    return { browser, answer: await browser.submit(page, path, { next: NEXT, again: NEXT, ...fields }) }
  }

  it('WS-05 sets it once, signs in here and out everywhere else, and is in no log', async () => {
    const path = await linkTo()
    const first = await opened(path)
    // Mail programs open links, too: looking changes nothing.
    expect([first.page.status, (await opened(path)).page.status, await statusOf(here)]).toEqual([200, 200, 200])
    expect(first.page.text).toContain(practice.email)
    expect(first.page.headers.get('referrer-policy')).toBe('no-referrer')
    expect(first.page.headers.get('x-robots-tag')).toBe('noindex, nofollow')
    const { browser, answer } = await choose(path)
    expect([answer.status, answer.location]).toEqual([303, `${ACCOUNT}?outcome=changed`])
    expect((await browser.get(answer.location ?? '')).text).toContain('Your password is changed')
    expect([await statusOf(here), await statusOf(elsewhere)]).toEqual([401, 401])
    expect([await signsIn(practice.password), await signsIn(NEXT)]).toEqual([false, true])
    expect([
      (await opened(path)).page.status,
      (await first.browser.submit(first.page, path, { next: NEXT, again: NEXT })).status,
    ]).toEqual([404, 404])
    expect(await actions()).toEqual(expect.arrayContaining(['password_link_made', 'password_set_by_link']))
    expect(world.logs.lines.join()).not.toContain(path.split('/').at(-1))
  })

  it.each([
    ['a short one', { next: 'elevenchars', again: 'elevenchars' }, 'at least 12 characters'],
    ['a mistyped one', { again: `${NEXT}!` }, 'The two passwords are not the same'],
  ])('WS-05 takes no %s, and can be used again', async (_what, fields, words) => {
    const path = await linkTo()
    const { answer } = await choose(path, fields)
    expect([answer.status, answer.text.includes(words), answer.text.includes(NEXT)]).toEqual([422, true, false])
    expect((await choose(path)).answer.status).toBe(303)
  })

  it('tells password managers whose password it is, as the page of her account does', async () => {
    const username = `<input type="text" id="username" autocomplete="username" value="${practice.email}" readonly/>`
    expect((await opened(await linkTo())).page.text).toContain(username)
    expect((await here.browser.get(ACCOUNT)).text).toContain(username)
  })

  it('WS-05 is void once there is another one, its time is over, or she has changed her password', async () => {
    const replaced = await linkTo()
    const changed = await linkTo()
    expect((await opened(replaced)).page.status).toBe(404)
    await change()
    expect((await opened(changed)).page.status).toBe(404)
    const late = await linkTo()
    const day = 24 * 60 * 60_000
    world.clock.advance(day)
    expect((await opened(late)).page.status).toBe(404)
    world.clock.advance(-day)
  })

  it('WS-12 WS-17 is used by its own form alone, and not guessed at', async () => {
    const path = await linkTo()
    const { browser, page } = await opened(path)
    const fields = { next: NEXT, again: NEXT }
    expect((await browser.submit(page, path, { ...fields, _csrf: 'x' })).status).toBe(403)
    expect((await browser.submit(page, path, fields, { 'sec-fetch-site': 'cross-site' })).status).toBe(403)
    const guess = `/set-password/${'A'.repeat(43)}`
    const statusesOf = async (asked: string): Promise<readonly number[]> => {
      const statuses = new Set<number>()
      for (let turn = 0; turn < 31 && !statuses.has(429); turn += 1) statuses.add((await browser.get(asked)).status)
      return [...statuses]
    }
    expect(await statusesOf(guess)).toEqual([404, 429])
    // Whoever has a link that holds is kept out neither by guesses of her address nor by other people's links.
    expect(await statusesOf(path)).toEqual([200, 429])
    const another = await world.practice()
    const { data } = await admin('users', 'password-link', another.email, '--json')
    expect((await browser.get(new URL((data as { url: string }).url).pathname)).status).toBe(200)
  })
})
