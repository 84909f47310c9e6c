import type { Page } from 'playwright-core'
import { expect } from 'vitest'
import type { Account, AccountDraft, JournalEntry } from '../../dev/microsoft-emulator/index.ts'
import { addDays, dayOf, weekdayOf } from '../../src/domain/zoned-time.ts'
import { formatDay, formatDayFrom } from '../../src/http/pages/formatting.ts'
import { ENGLISH } from './fixtures.ts'
import type { Practice } from './practice.ts'
import { PATIENCE_MS } from './until.ts'
import { startWorld } from './world.ts'

export type { Page }

const ZONE = 'Europe/Berlin'

export interface PracticeWithOutlook extends Practice {
  /** The therapist's account at Microsoft. */
  readonly account: Account
}

export type BrowserWorld = Awaited<ReturnType<typeof startBrowserWorld>>

/** The application with both emulators, and as many practices as a file has tests. */
export async function startBrowserWorld() {
  const world = await startWorld({ calendars: 'emulated' })
  await world.start()
  const { microsoft } = world
  return {
    ...world,

    /** A session in person and one online, Monday to Friday, nine to five in Berlin. */
    async practice(draft: Partial<AccountDraft> = {}): Promise<PracticeWithOutlook> {
      const practice = await world.practice({
        name: 'Ada Berg',
        contactLine: 'Call 030 5550 0100',
        services: [
          { name: 'In the practice', durationMinutes: 50 },
          { name: 'By video', durationMinutes: 50, online: true },
        ],
      })
      const account = microsoft.addAccount({ kind: 'work', address: practice.email, name: 'Ada', ...draft })
      return { ...practice, account }
    },

    /** The first exchange about this account that fits, past or to come. */
    exchange: ({ account }: PracticeWithOutlook, fits: (entry: JournalEntry) => boolean) =>
      microsoft.journal.until(
        (entry) => entry.account === account.address && fits(entry),
        AbortSignal.timeout(PATIENCE_MS),
      ),
  }
}

/** A working day far enough ahead for every notice: `2026-12-02`. */
export const workday = (): string => workdayAfter(addDays(dayOf(new Date(), ZONE), 2))

export const workdayAfter = (day: string): string => {
  const next = addDays(day, 1)
  return weekdayOf(next) > 5 ? workdayAfter(next) : next
}

/** A day as pages say it. */
export const dayWords = (day: string): string => formatDayFrom(day, ZONE, new Date(), ENGLISH)

/** Signs in at whatever signed-in page the browser was sent to, and lands there. */
export async function signIn(
  page: Page,
  world: Pick<BrowserWorld, 'appUrl'>,
  who: Practice,
  path = '/settings/calendar',
) {
  await page.goto(`${world.appUrl}${path}`)
  await page.getByLabel('Email address').fill(who.email)
  await page.getByLabel('Password').fill(who.password)
  await page.getByRole('button', { name: 'Sign in' }).click()
  await page.waitForURL(`${world.appUrl}${path}`)
}

type Level = 'Only see when I am busy' | 'Also write sessions booked here'

/** Presses the provider's button of somebody who has connected nothing yet; ends at the emulator's list of accounts. */
export async function leaveForMicrosoft(page: Page, level: Level = 'Also write sessions booked here'): Promise<void> {
  await page.getByLabel(level).check()
  await page.getByRole('button', { name: 'Sign in with Microsoft' }).click()
  await heading(page, 'Pick an account')
}

/** At the emulated Microsoft. */
export const pickAccount = (page: Page, { address }: Pick<Account, 'address'>): Promise<void> =>
  page.getByRole('button', { name: address }).click()

export const accept = (page: Page): Promise<void> => page.getByRole('button', { name: 'Accept' }).click()

export async function connectOutlook(
  page: Page,
  world: BrowserWorld,
  who: PracticeWithOutlook,
  level?: Level,
): Promise<void> {
  await signIn(page, world, who)
  await leaveForMicrosoft(page, level)
  await pickAccount(page, who.account)
  await accept(page)
  await noted(page, 'Outlook is connected')
}

export const heading = (page: Page, name: string | RegExp): Promise<void> =>
  page.getByRole('heading', { level: 1, name }).waitFor()

/** A message at the top that has taken the focus, without any script. */
export async function noted(page: Page, title: string): Promise<void> {
  await page.getByRole('heading', { level: 2, name: title, exact: true }).waitFor()
  expect(await page.evaluate(() => document.activeElement?.querySelector('h2')?.textContent)).toBe(title)
}

/** From the first page to the times of a day. */
export async function lookAt(
  page: Page,
  world: Pick<BrowserWorld, 'appUrl'>,
  slug: string,
  day: string,
): Promise<void> {
  await page.goto(`${world.appUrl}/book/${slug}`)
  await page.getByRole('link', { name: 'In the practice' }).click()
  await page.getByRole('link', { name: formatDay(day, ENGLISH) }).click()
  await heading(page, `Choose a time on ${dayWords(day)}`)
}

/** The times on the page, without what is said to screen readers only. */
export const times = (page: Page): Promise<string[]> =>
  page.locator('.slots button').evaluateAll((all) => all.map((one) => one.firstChild?.textContent ?? ''))

export const chooseTime = (page: Page, time: string): Promise<void> =>
  page.getByRole('button', { name: `${time} on ` }).click()

export async function fillIn(page: Page, name = 'Mo Okafor', email = 'mo@client.example'): Promise<void> {
  await page.getByLabel('Your name').fill(name)
  await page.getByLabel('Email address').fill(email)
}

export const sessionsOf = (world: Pick<BrowserWorld, 'database'>, { tenantId }: Practice): Promise<number> =>
  world.database.database.booking.count({ where: { tenantId } })
