import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { EmulatedWorld } from '../support/emulated-world.ts'
import { startWorld } from '../support/world.ts'
import { type Allowed, leaks, spellings } from './canary.ts'
import { runEverything } from './canary-run.ts'

/** Who is meant to see what: its owner, on her own page; the browser, what it has to carry. */
const ALLOWED: Allowed = {
  'client name': /^table public\.booking$|^GET (\/manage\/:token|\/appointments)$|^POST \/book\//,
  'client email': /^table public\.booking$|^GET (\/manage\/:token|\/appointments)$|^POST \/book\//,
  // To herself on her settings page, and to Microsoft as the hint whom to sign in.
  'account address':
    /^table public\.calendar_connection$|^GET \/settings\/calendar$|^POST \/settings\/calendar\/connect$/,
  calendar: /^GET \/settings\/(calendar|what-clients-see)$/,
  state: /^POST \/settings\/calendar\/connect$/,
  'session cookie': /^set-cookie$/,
  'manage token': /^POST \/api\/.*\/bookings$|^(GET|POST) \/manage\/:token/,
}

let world: EmulatedWorld
let planted: Awaited<ReturnType<typeof runEverything>>['planted']
let sinks: Awaited<ReturnType<typeof runEverything>>['sinks']
let output: string

beforeAll(async () => {
  world = await startWorld({
    calendars: 'emulated',
    env: { LOG_LEVEL: 'debug' },
    microsoft: { accessTokenSeconds: 200 },
  })
  ;({ planted, sinks, output } = await runEverything(world))
}, 90_000)
afterAll(() => world.close())

describe('CL-07 CL-08 OA-24 OA-31 PR-02 PR-18 PG-38 after a full run with failures', () => {
  it('the canaries are alive: each was planted, and those with an owner are found where she looks', () => {
    const kinds = new Set([...planted.keys()].map((name) => name.replace(/ \d+$/, '')))
    for (const kind of [
      'code',
      'code_verifier',
      'refresh_token',
      'access_token',
      'id_token',
      'accessToken',
      'secret',
      'password',
    ])
      expect(kinds, kind).toContain(kind)
    const found = leaks(planted, sinks, {}).join('\n')
    for (const seen of [
      'client email in table public.booking',
      'calendar in GET /settings/calendar',
      'calendar in GET /settings/what-clients-see',
      'account address in table',
    ])
      expect(found).toContain(seen)
    for (const kind of ['state', 'session cookie', 'manage token']) expect(found).toMatch(new RegExp(`${kind} \\d+ in`))
    expect(JSON.stringify(world.microsoft.journal.entries)).toContain(planted.get('event'))
  })

  it('stdout and stderr hold none of them', () => {
    const said = [{ where: 'output', text: output }]
    expect(output.split('\n').length).toBeGreaterThan(150)
    expect(leaks(planted, said, {})).toEqual([])
    expect(output).not.toMatch(/(?<![\w-])eyJ|Bearer |-----BEGIN/)
  })

  it('responses hold none, but what an owner is shown on her own page', () => {
    const responses = sinks.filter(({ where }) => !where.startsWith('table '))
    expect(responses.length).toBeGreaterThan(80)
    expect(leaks(planted, responses, ALLOWED)).toEqual([])
  })

  it('TS-10 no table holds one, but names and addresses where they belong', () => {
    const rows = sinks.filter(({ where }) => where.startsWith('table '))
    expect(leaks(planted, rows, ALLOWED)).toEqual([])
    expect(rows.map(({ text }) => text).join('\n')).not.toMatch(
      /(?<![\w-])eyJ|RefreshToken|refresh_token|"secret"|Bearer |-----BEGIN/,
    )
  })

  it('PR-09 PR-08 nothing about the client was written to Outlook', () => {
    const requests = world.microsoft.journal
      .of('graph')
      .map(({ requestBody, path }) => ({ where: path, text: JSON.stringify(requestBody ?? '') }))
    const personal = new Map([...planted].filter(([name]) => name.startsWith('client')))
    expect(leaks(personal, requests, {})).toEqual([])
  })
})

it('finds a secret however it is spelled', () => {
  const secret = 'kanari "of/all+spellings"'
  const spelled = spellings(secret)
  for (const around of ['', 'a', 'ab'])
    for (const text of [`${around}${secret}z`].flatMap((whole) => [
      Buffer.from(whole).toString('base64'),
      Buffer.from(whole).toString('base64url'),
      Buffer.from(whole).toString('hex'),
      encodeURIComponent(whole),
      JSON.stringify(whole),
    ]))
      expect(
        spelled.some((one) => text.includes(one)),
        text,
      ).toBe(true)
})
