/**
 * Takes the README's pictures, in every language: `npx tsx server/dev/screenshots.ts`. It starts the demo, connects Outlook
 * through the emulator's pages in a Chromium of this machine (`CHROMIUM` names another), and writes
 * `server/docs/images/*.png`, 1200 pixels wide, in light colours, as high as their content.
 */
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import type { Browser, Page } from 'playwright-core'
import { LANGUAGES, type Language } from '../src/domain/locale.ts'
import { TEXTS } from '../src/http/texts/texts.ts'
import { findChromium, launch } from './chromium.ts'
import { DEMO } from './demo-seed.ts'
import { type Demo, startDemo } from './demo-world.ts'

const FOLDER = join(import.meta.dirname, '../docs/images')
const WIDTH = 1200
const BELOW = 32

async function connectOutlook(page: Page, { appUrl }: Demo, language: Language): Promise<void> {
  const texts = TEXTS[language]
  await page.goto(`${appUrl}/settings/calendar`)
  await page.locator('#email').fill(DEMO.email)
  await page.locator('#password').fill(DEMO.password)
  await page.locator('button[type=submit]').click()
  await page.getByLabel(texts.settingsConnect.access.bookings.title).check()
  await page.locator('button[value=microsoft]').click()
  await page.getByRole('button', { name: DEMO.email }).click()
  await page.getByRole('button', { name: 'Accept' }).click()
  await page.getByText(texts.settingsOutcomes.isConnected('Outlook')).waitFor()
}

/** The week of the seeded events, so that the picture shows what an ordinary calendar leaves free. */
async function openDays(page: Page, { appUrl }: Demo): Promise<void> {
  await page.goto(`${appUrl}/book/${DEMO.slug}`)
  await page.getByRole('link', { name: 'Video session' }).click()
  await page.locator('.days a[href*="day="]').first().waitFor()
}

async function picture(page: Page, name: string): Promise<void> {
  const height = await page.evaluate(() => {
    const last = document.querySelector('main')?.lastElementChild
    return last?.getBoundingClientRect().bottom ?? innerHeight
  })
  const path = join(FOLDER, `${name}.png`)
  await page.screenshot({ path, fullPage: true, clip: { x: 0, y: 0, width: WIDTH, height: Math.ceil(height) + BELOW } })
  process.stdout.write(`${path}\n`)
}

async function takeIn(language: Language, browser: Browser): Promise<void> {
  const demo = await startDemo(language)
  const suffix = language === 'en' ? '' : `-${language}`
  try {
    const viewport = { width: WIDTH, height: 900 }
    const page = await browser.newPage({ viewport, colorScheme: 'light', locale: language })
    await connectOutlook(page, demo, language)
    await openDays(page, demo)
    await picture(page, `booking${suffix}`)
    await page.goto(`${demo.appUrl}/settings/calendar`)
    await picture(page, `settings${suffix}`)
  } finally {
    await demo.close()
  }
}

async function take(): Promise<void> {
  const executable = findChromium()
  if (executable === undefined) throw new Error('no Chromium found: install it, or set CHROMIUM to its path')
  mkdirSync(FOLDER, { recursive: true })
  const browser = await launch(executable)
  try {
    for (const language of LANGUAGES) await takeIn(language, browser)
  } finally {
    await browser.close()
  }
}

await take()
// Nothing may keep the process after its work is done.
process.exit()
