import type { Page } from 'playwright-core'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { htmlOf } from '../../src/http/pages/layout.tsx'
import { PAGE_STATES } from '../http/page-states.ts'
import { audit, describeInBrowser } from '../support/browser.ts'
import { GERMAN } from '../support/fixtures.ts'
import { servePages } from '../support/page-server.ts'

// States that look alike are looked at once.
const STATES = [...new Map(Object.entries(PAGE_STATES).map(([name, page]) => [htmlOf(page()), name]))]
const IN_GERMAN = STATES.map(([, name]) => htmlOf(PAGE_STATES[name]?.() ?? notThere(name), GERMAN))
const NARROW = 320
const WIDTHS = [NARROW, 1200] as const
const SCHEMES = ['light', 'dark'] as const

/** WCAG 1.4.12: the spacing that readers may set without losing anything. */
const SPACING = '* { line-height: 1.5 !important; letter-spacing: .12em !important; word-spacing: .16em !important }'
const TWICE_AS_LARGE = ':root { font-size: 200% !important }'

describeInBrowser('the looks of every state of every page', (chromium) => {
  let page: Page
  let site: Awaited<ReturnType<typeof servePages>>

  beforeAll(async () => {
    site = await servePages([...STATES.map(([html]) => html), ...IN_GERMAN])
    page = await chromium().newPage()
  })
  afterAll(() => site.close())

  const isTooWide = () => page.evaluate(() => document.documentElement.scrollWidth > innerWidth)

  async function passesAudits(): Promise<void> {
    for (const width of WIDTHS)
      for (const colorScheme of SCHEMES) {
        await page.emulateMedia({ colorScheme })
        await passesAudit(width)
      }
  }

  async function passesAudit(width: number): Promise<void> {
    await page.setViewportSize({ width, height: 600 })
    const { findings, applied } = await audit(page)
    expect(findings, String(width)).toEqual([])
    expect(applied).toContain('color-contrast')
    if (await hasTargets(page)) expect(applied).toContain('target-size')
    expect(await isTooWide(), `${width}: scrolls sideways`).toBe(false)
    expect(await page.evaluate(tooSmall), `${width}: too small to press`).toEqual([])
  }

  async function showsItsFocus(): Promise<void> {
    for (let stop = 0; stop < 8; stop++) {
      await page.keyboard.press('Tab')
      const found = await page.evaluate(focus)
      if (found === undefined) break
      expect(found, `stop ${stop}`).toEqual({ ring: 'solid 3px', seen: true })
    }
  }

  async function keepsItsWordsWith(css: string, width: number): Promise<void> {
    await page.setViewportSize({ width, height: 600 })
    await page.evaluate(setStyle, css)
    expect(await page.evaluate(clipped), css).toEqual([])
    expect(await isTooWide(), css).toBe(false)
  }

  it.each(STATES.map(([, name], index) => ({ name, index })))(
    'PG-01 PG-02 PG-03 PG-04 PG-05 PG-10 PG-11 PG-12 $name',
    async ({ index }) => {
      await page.goto(`${site.origin}/${index}`)
      await passesAudits()
      await showsItsFocus()
      await keepsItsWordsWith(SPACING, NARROW)
      await keepsItsWordsWith(TWICE_AS_LARGE, 640)
      // German words are longer: where they are tightest.
      await page.goto(`${site.origin}/${STATES.length + index}`)
      await passesAudit(NARROW)
      await keepsItsWordsWith(SPACING, NARROW)
    },
  )

  it('a phone shows a fact in one line, but below a label with a long word, and a day without times lower than one that can be chosen', async () => {
    await page.setViewportSize({ width: 390, height: 800 })
    const open = (state: string) => page.goto(`${site.origin}/${STATES.findIndex(([, name]) => name === state)}`)
    await open('appointmentsPage: sessions')
    const tops = await page.$$eval('dl div', (facts) =>
      facts.map((fact) => [...fact.children].map((part) => part.getBoundingClientRect().top)),
    )
    expect(tops.length).toBeGreaterThan(0)
    for (const [label, value] of tops) expect(value).toBe(label)
    await open('managePage: long name')
    const label = page.locator('dt', { hasText: 'Psychotherapeutische' })
    const line = await label.evaluate((one) => Number.parseFloat(getComputedStyle(one).lineHeight))
    expect((await label.boundingBox())?.height).toBeLessThan(2.5 * line)
    await open('daysPage: own zone')
    const heights = (what: string) =>
      page.$$eval(what, (days) => days.map((day) => Math.round(day.getBoundingClientRect().height)))
    const [full = [], free = []] = [await heights('.days .full'), await heights('.days a')]
    expect(Math.max(...full)).toBeLessThan(Math.min(...free))
  })

  it('a wide screen gives every label room for its longest word', async () => {
    await page.setViewportSize({ width: 1200, height: 800 })
    for (const state of ['managePage: long name', 'appointmentsPage: sessions']) {
      await page.goto(`${site.origin}/${STATES.findIndex(([, name]) => name === state)}`)
      const widths = await page.$$eval('dt', (labels) => labels.map((label) => label.getBoundingClientRect().width))
      expect(widths.length).toBeGreaterThan(0)
      for (const width of widths) expect(width).toBe(160)
    }
  })
})

function notThere(name: string): never {
  throw new Error(`no state ${name}`)
}

const hasTargets = (page: Page) =>
  page.evaluate(() => document.querySelector('main :is(button, .btn, summary, .days a)') !== null)

function setStyle(css: string): void {
  const sheet = new CSSStyleSheet()
  sheet.replaceSync(css)
  document.adoptedStyleSheets = [sheet]
}

/** Elements whose words do not fit into them; hidden texts for screen readers are meant not to. */
function clipped(): string[] {
  const visible = [...document.querySelectorAll<HTMLElement>('body *')].filter(
    (one) => !one.closest('.vh, .skip, select, textarea, input') && getComputedStyle(one).overflow !== 'visible',
  )
  return visible.filter((one) => one.scrollHeight > one.clientHeight + 1).map((one) => one.outerHTML.slice(0, 80))
}

function tooSmall(): string[] {
  const least = (one: Element): number => (one.matches('.days a, .slots button') ? 48 : 44)
  const targets = [...document.querySelectorAll('button, summary, select, .btn, .days a, .back a, nav a')]
  return targets
    .filter((one) => one.checkVisibility() && one.getBoundingClientRect().height < least(one))
    .map((one) => one.outerHTML.slice(0, 80))
}

/** Undefined after the last stop. */
function focus(): { ring: string; seen: boolean } | undefined {
  const stop = document.activeElement
  if (stop === null || stop === document.body) return undefined
  const { outlineStyle, outlineWidth } = getComputedStyle(stop)
  const { left, top, width, height } = stop.getBoundingClientRect()
  const hit = document.elementFromPoint(left + Math.min(width / 2, 20), top + Math.min(height / 2, 20))
  return { ring: `${outlineStyle} ${outlineWidth}`, seen: hit !== null && (stop.contains(hit) || hit.contains(stop)) }
}
