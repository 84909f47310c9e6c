import type { Page } from 'playwright-core'
import type { VNode } from 'preact'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { htmlOf } from '../../src/http/pages/layout.tsx'
import { PAGE_STATES } from '../http/page-states.ts'
import { audit, describeInBrowser, RENDERING_RULES } from '../support/browser.ts'
import { GERMAN } from '../support/fixtures.ts'
import { servePages } from '../support/page-server.ts'

// States that look alike are looked at once.
const STATES = [...new Map(Object.entries(PAGE_STATES).map(([name, page]) => [htmlOf(page()), name]))]
const NARROW = 320
const WIDE = 1200

/** WCAG 1.4.12: the spacing that readers may set without losing anything. */
const SPACING = '* { line-height: 1.5 !important; letter-spacing: .12em !important; word-spacing: .16em !important }'
const TWICE_AS_LARGE = ':root { font-size: 200% !important }'

describeInBrowser('the looks of every state of every page', (chromium) => {
  let page: Page
  let site: Awaited<ReturnType<typeof servePages>>

  beforeAll(async () => {
    site = await servePages([''])
    page = await chromium().newPage()
    await page.goto(`${site.origin}/0`)
  })
  afterAll(() => site.close())

  // axe and the style sheet stay loaded: a navigation for each document was four fifths of the time of this file.
  const show = (html: string) => page.evaluate(writeDocument, html)
  const showState = (state: string) => show(htmlOf(stateNamed(state)()))
  const resize = (width: number) => page.setViewportSize({ width, height: 600 })

  let scheme: 'light' | 'dark' | undefined
  async function passesAudit(colorScheme: 'light' | 'dark', rules?: readonly string[]): Promise<void> {
    if (scheme !== colorScheme) await page.emulateMedia({ colorScheme })
    scheme = colorScheme
    const { findings, applied } = await audit(page, rules)
    expect(findings, colorScheme).toEqual([])
    expect(applied).toContain('color-contrast')
    if (await page.evaluate(hasTargets)) expect(applied).toContain('target-size')
  }

  async function fits(words: string): Promise<void> {
    const { isTooWide, tooSmall } = await page.evaluate(misfits)
    expect(isTooWide, `${words}: scrolls sideways`).toBe(false)
    expect(tooSmall, `${words}: too small to press`).toEqual([])
  }

  async function showsItsFocus(): Promise<void> {
    // After a key of hers, what a script focuses shows its ring as if the key had reached it.
    await page.keyboard.press('Tab')
    expect(await page.evaluate(stopsWithoutFocus)).toEqual([])
  }

  async function keepsItsWordsWith(css: string): Promise<void> {
    const { clipped, isTooWide } = await page.evaluate(lossesWith, css)
    expect(clipped, css).toEqual([])
    expect(isTooWide, css).toBe(false)
  }

  it.each(STATES.map(([html, name]) => ({ name, html })))(
    'PG-01 PG-02 PG-03 PG-04 PG-05 PG-10 PG-11 PG-12 $name',
    async ({ name, html }) => {
      await resize(WIDE)
      await show(html)
      await passesAudit('light')
      await passesAudit('dark', RENDERING_RULES)
      await fits(`${WIDE}`)
      await showsItsFocus()
      await resize(640)
      await keepsItsWordsWith(TWICE_AS_LARGE)
      await resize(NARROW)
      await passesAudit('dark', RENDERING_RULES)
      await passesAudit('light', RENDERING_RULES)
      await fits(`${NARROW}`)
      await keepsItsWordsWith(SPACING)
      // German words are longer: where they are tightest.
      await show(htmlOf(stateNamed(name)(), GERMAN))
      await passesAudit('light')
      await fits(`${NARROW}, German`)
      await keepsItsWordsWith(SPACING)
    },
  )

  it('PG-01 the style sheet hides nothing at one width or in one scheme alone', async () => {
    await showState('appointmentsPage: sessions')
    const rules = await page.evaluate(rulesOfScreens)
    expect(rules.length).toBeGreaterThan(0)
    for (const rule of rules) expect(rule).not.toMatch(/display: none|visibility:|content-visibility/)
  })

  it('a phone shows a fact in one line, but below a label with a long word and a long value below its label, and a day without times lower than one that can be chosen', async () => {
    await page.setViewportSize({ width: 390, height: 800 })
    await showState('appointmentsPage: sessions')
    const tops = await page.$$eval('dl div', (facts) =>
      facts.map((fact) => [...fact.children].map((part) => part.getBoundingClientRect().top)),
    )
    expect(tops.length).toBeGreaterThan(0)
    for (const [label, value] of tops) expect(value).toBe(label)
    await showState('managePage: long name')
    const label = page.locator('dt', { hasText: 'Psychotherapeutische' })
    const line = await label.evaluate((one) => Number.parseFloat(getComputedStyle(one).lineHeight))
    expect((await label.boundingBox())?.height).toBeLessThan(2.5 * line)
    await showState('settingsCalendarPage: ok')
    const permission = page.locator('dd', { hasText: 'We read start' })
    expect((await permission.boundingBox())?.width).toBeGreaterThan(300)
    await showState('whatClientsSeePage: a week')
    const times = await page.$$eval('.stretches li > :first-child', heightsOfWords)
    expect(new Set(times).size, 'a time in one line').toBe(1)
    await showState('daysPage: own zone')
    const heights = (what: string) =>
      page.$$eval(what, (days) => days.map((day) => Math.round(day.getBoundingClientRect().height)))
    const [full = [], free = []] = [await heights('.days .full'), await heights('.days a')]
    expect(Math.max(...full)).toBeLessThan(Math.min(...free))
  })

  it('a wide screen keeps lines short enough to be read', async () => {
    await page.setViewportSize({ width: 1280, height: 800 })
    for (const state of ['settingsCalendarPage: ok', 'appointmentsPage: not removed']) {
      await showState(state)
      const widths = await page.$$eval('main p, main select, .note li', (all) => all.map((one) => one.clientWidth))
      expect(Math.max(...widths)).toBeLessThanOrEqual(46 * 16)
    }
  })

  it('a wide screen gives every label room for its longest word', async () => {
    await page.setViewportSize({ width: 1200, height: 800 })
    for (const state of ['managePage: long name', 'appointmentsPage: sessions']) {
      await showState(state)
      const widths = await page.$$eval('dt', (labels) => labels.map((label) => label.getBoundingClientRect().width))
      expect(widths.length).toBeGreaterThan(0)
      expect(new Set(widths).size, 'columns').toBe(1)
      expect(await page.$$eval('dt', brokenWords)).toEqual([])
    }
  })
})

function stateNamed(name: string): () => VNode {
  const state = PAGE_STATES[name]
  if (state === undefined) throw new Error(`no state ${name}`)
  return state
}

/** Parses a whole document in the place of the present one, and waits for its style sheet. */
function writeDocument(html: string): Promise<void> {
  document.open()
  document.write(html)
  document.close()
  return new Promise((resolve) => {
    if (document.readyState === 'complete') resolve()
    else addEventListener('load', () => resolve(), { once: true })
  })
}

const hasTargets = () => document.querySelector('main :is(button, .btn, summary, .days a)') !== null

function heightsOfWords(elements: Element[]): number[] {
  const range = document.createRange()
  return elements.map((one) => {
    range.selectNodeContents(one)
    return Math.round(range.getBoundingClientRect().height)
  })
}

/** The elements whose longest word does not fit into one line. */
function brokenWords(elements: HTMLElement[]): string[] {
  return elements
    .filter((one) => {
      one.style.setProperty('overflow-wrap', 'normal')
      return one.scrollWidth > one.clientWidth
    })
    .map((one) => one.innerText)
}

/** What the style sheet says for some widths or one scheme. */
function rulesOfScreens(): string[] {
  const rules = [...document.styleSheets].flatMap((sheet) => [...sheet.cssRules])
  return rules
    .filter((rule) => rule instanceof CSSMediaRule && rule.media.mediaText !== 'print')
    .map(({ cssText }) => cssText)
}

/** Elements whose words do not fit into them with this style sheet besides; hidden texts for screen readers are meant not to. */
function lossesWith(css: string): { clipped: string[]; isTooWide: boolean } {
  const sheet = new CSSStyleSheet()
  sheet.replaceSync(css)
  document.adoptedStyleSheets = [sheet]
  const visible = [...document.querySelectorAll<HTMLElement>('body *')].filter(
    (one) => !one.closest('.vh, .skip, select, textarea, input') && getComputedStyle(one).overflow !== 'visible',
  )
  const clipped = visible.filter((one) => one.scrollHeight > one.clientHeight + 1)
  const isTooWide = document.documentElement.scrollWidth > innerWidth
  document.adoptedStyleSheets = []
  return { clipped: clipped.map((one) => one.outerHTML.slice(0, 80)), isTooWide }
}

function misfits(): { tooSmall: string[]; isTooWide: boolean } {
  const least = (one: Element): number => (one.matches('.days a, .slots button') ? 48 : 44)
  const targets = [...document.querySelectorAll('button, summary, select, .btn, .days a, .back a, nav a')]
  const tooSmall = targets.filter((one) => one.checkVisibility() && one.getBoundingClientRect().height < least(one))
  return {
    tooSmall: tooSmall.map((one) => one.outerHTML.slice(0, 80)),
    isTooWide: document.documentElement.scrollWidth > innerWidth,
  }
}

/** Where the keyboard can stop, without a ring or behind something else. */
function stopsWithoutFocus(): string[] {
  const stops = document.querySelectorAll<HTMLElement>('a[href], button, input, select, textarea, summary')
  const reachable = [...stops].filter((one) => one.checkVisibility() && !one.matches(':disabled'))
  if (reachable.length === 0) return ['nothing can be reached']
  const faults = reachable.flatMap((stop) => {
    stop.focus()
    const { outlineStyle, outlineWidth } = getComputedStyle(stop)
    const { left, top, width, height } = stop.getBoundingClientRect()
    const hit = document.elementFromPoint(left + Math.min(width / 2, 20), top + Math.min(height / 2, 20))
    const isSeen = hit !== null && (stop.contains(hit) || hit.contains(stop))
    const isRinged = `${outlineStyle} ${outlineWidth}` === 'solid 3px'
    const isFocused = document.activeElement === stop
    return isFocused && isRinged && isSeen ? [] : [`${stop.outerHTML.slice(0, 80)} ${outlineStyle} ${outlineWidth}`]
  })
  if (document.activeElement instanceof HTMLElement) document.activeElement.blur()
  scrollTo(0, 0)
  return faults
}
