import { beforeEach, expect, it } from 'vitest'
import { HOUR_MS } from '../../src/domain/durations.ts'
import type { Therapist } from '../support/therapist.ts'
import { newAccount, outcomeOf, runJob, slots, startApp } from './support.ts'

const { world, app } = await startApp()
let therapist: Therapist
beforeEach(async () => {
  therapist = await app.signIn(await world.practice())
})
const status = async () => (await slots(world, app, therapist.practice)).status

it.each([
  ['unauthorized_client', 7000112],
  ['unauthorized_client', 90099],
  ['unauthorized_client', 700016],
  ['unauthorized_client', 123456789],
  ['invalid_resource', 500011],
  ['invalid_resource', 500014],
  ['invalid_resource', 123456789],
  ['invalid_client', 650056],
])(
  'an organisation that keeps the app out (%s, AADSTS%i) is for its administrator, and wakes nobody',
  async (error, aadsts) => {
    const other = await app.signIn(await world.practice())
    expect(outcomeOf(await other.connectMicrosoft(world.microsoft, newAccount(world)))).toBe('connected')
    const account = newAccount(world)
    expect(outcomeOf(await therapist.connectMicrosoft(world.microsoft, account))).toBe('connected')
    expect(await status()).toBe(200)
    world.clock.advance(2 * HOUR_MS)
    const alarms = world.logs.of('microsoft_client_rejected').length
    const fault = { kind: 'oauth-error', error, aadsts } as const
    const theirs = ({ path }: { path: string }) => path.startsWith(`/${account.tid}/`)
    world.microsoft.faults.failNext(theirs, fault, { times: Number.POSITIVE_INFINITY })
    expect(await status()).toBe(503)
    expect((await slots(world, app, other.practice)).status).toBe(200)
    expect(world.logs.of('microsoft_client_rejected')).toHaveLength(alarms)
    therapist = await app.signIn(therapist.practice)
    const { text } = await therapist.settings()
    expect(text).toContain('Needs an administrator')
    expect(text).toContain('has not let this app in')
    expect(text).not.toMatch(/our fault|[Nn]othing for you to do/)
    world.microsoft.faults.clear()
    world.clock.advance(HOUR_MS)
    await runJob(world, 'maintain_connections')
    expect(await status()).toBe(200)
  },
)
