/**
 * Takes the README's pictures: `npx tsx server/dev/screenshots.ts`. It starts the demo, connects Outlook through the
 * emulator's pages in a Chromium of this machine (`CHROMIUM` names another), and writes `server/docs/images/*.png`,
 * 1200 pixels wide, in light colours, as high as their content.
 */
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import type { Page } from 'playwright-core'
import { findChromium, launch } from './chromium.ts'
import { DEMO } from './demo-seed.ts'
import { type Demo, startDemo } from './demo-world.ts'

const FOLDER = join(import.meta.dirname, '../docs/images')
const WIDTH = 1200
const BELOW = 32

async function connectOutlook(page: Page, { appUrl }: Demo): Promise<void> {
  await page.goto(`${appUrl}/settings/calendar`)
  await page.getByLabel('Email address').fill(DEMO.email)
  await page.getByLabel('Password').fill(DEMO.password)
  await page.getByRole('button', { name: 'Sign in' }).click()
  await page.getByLabel('Also write sessions booked here').check()
  await page.getByRole('button', { name: 'Sign in with Microsoft' }).click()
  await page.getByRole('button', { name: DEMO.email }).click()
  await page.getByRole('button', { name: 'Accept' }).click()
  await page.getByText('Outlook is connected').waitFor()
}

/** The week of the seeded events, so that the picture shows what an ordinary calendar leaves free. */
async function openDays(page: Page, { appUrl }: Demo): Promise<void> {
  await page.goto(`${appUrl}/book/${DEMO.slug}`)
  await page.getByRole('link', { name: 'Video session' }).click()
  await page.getByRole('heading', { name: 'Choose a day' }).waitFor()
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

async function take(): Promise<void> {
  const executable = findChromium()
  if (executable === undefined) throw new Error('no Chromium found: install it, or set CHROMIUM to its path')
  mkdirSync(FOLDER, { recursive: true })
  const [demo, browser] = await Promise.all([startDemo(), launch(executable)])
  try {
    const page = await browser.newPage({ viewport: { width: WIDTH, height: 900 }, colorScheme: 'light' })
    await connectOutlook(page, demo)
    await openDays(page, demo)
    await picture(page, 'booking')
    await page.goto(`${demo.appUrl}/settings/calendar`)
    await picture(page, 'settings')
  } finally {
    await browser.close()
    await demo.close()
  }
}

await take()
// Nothing may keep the process after its work is done.
process.exit()
