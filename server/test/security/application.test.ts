import { afterAll, beforeAll, expect, it } from 'vitest'
import type { EmulatedWorld } from '../support/emulated-world.ts'
import { until } from '../support/until.ts'
import { startWorld } from '../support/world.ts'

let world: EmulatedWorld
beforeAll(async () => {
  world = await startWorld({ calendars: 'emulated' })
})
afterAll(() => world.close())

it('connects at one application and shows it at another, in this process and in one of its own', async () => {
  const [first, second, child] = await Promise.all([world.start(), world.start(), world.spawn()])
  expect(first.origin).toBe(world.appUrl)
  const ada = await first.signIn(await world.practice())
  const account = world.microsoft.addAccount({ kind: 'work', address: 'ada@contoso.example' })
  const url = await ada.leave()
  const landed = await ada.at(second).back(await world.microsoft.signIn(url.href, account))
  expect(landed.location).toBe('/settings/calendar?outcome=connected&provider=microsoft')
  expect((await ada.at(child).settings()).text).toContain('Connected')
  expect(world.logs.of('calendar_connect_connected')).toHaveLength(1)
  await until(() => child.output().includes('"route":"/settings/calendar"'))
  const bob = await first.signIn(await world.practice())
  expect(await bob.connectGoogle(world.google)).toContain('outcome=connected')
})
