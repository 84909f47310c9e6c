import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import type { AxeResults } from 'axe-core'
import type { Browser, BrowserContextOptions, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, it, onTestFinished } from 'vitest'
import { findChromium, launch } from '../../dev/chromium.ts'
import { PATIENCE_MS } from './until.ts'

/**
 * Tests that need a real browser. Without one they are skipped and say so; with `REQUIRE_BROWSER=1` that is a failure.
 * `chromium()` gives the browser of the file.
 */
export function describeInBrowser(name: string, body: (chromium: () => Browser) => void): void {
  const executable = findChromium()
  if (executable !== undefined) {
    describe(name, () => {
      let browser: Browser | undefined
      beforeAll(async () => {
        browser = await launch(executable)
      })
      afterAll(() => browser?.close())
      body(() => {
        if (browser === undefined) throw new Error('the browser is opened before the tests')
        return browser
      })
    })
    return
  }
  const missing = 'no Chromium found: install it, or set CHROMIUM to its path'
  if (process.env.REQUIRE_BROWSER === '1')
    describe(name, () => {
      it('has a browser', () => {
        throw new Error(missing)
      })
    })
  else {
    process.stderr.write(`SKIPPED ${name}: ${missing}\n`)
    describe.skip(`${name} (skipped: ${missing})`, () => {
      it('needs a browser', () => {})
    })
  }
}

export interface Visit {
  readonly page: Page
  /** What the browser complained of: refusals of the content security policy, and errors of scripts. */
  readonly complaints: string[]
  /** Every request the page made, in order. */
  readonly requests: { readonly url: URL; readonly referrer: string | undefined }[]
}

/** A person with a browser of her own, closed when the test ends. */
export async function visit(browser: Browser, options: BrowserContextOptions = {}): Promise<Visit> {
  const context = await browser.newContext({ viewport: { width: 1200, height: 800 }, ...options })
  onTestFinished(() => context.close())
  context.setDefaultTimeout(PATIENCE_MS)
  const page = await context.newPage()
  const found: Visit = { page, complaints: [], requests: [] }
  page.on('console', (message) => {
    if (/content security policy|refused to/i.test(message.text())) found.complaints.push(message.text())
  })
  page.on('pageerror', ({ message }) => found.complaints.push(message))
  page.on('request', (request) => {
    found.requests.push({ url: new URL(request.url()), referrer: request.headers().referer || undefined })
  })
  return found
}

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')
const TAGS = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22a', 'wcag22aa', 'best-practice']

declare global {
  var axe: { run(options: object): Promise<AxeResults> }
}

export interface Audit {
  /** Violations, and what could not be decided: `rule: element`. */
  readonly findings: readonly string[]
  /** The rules that applied to something. */
  readonly applied: readonly string[]
}

/**
 * The rules whose answer the colour scheme or the width of the window can change. The others read the document, of which
 * the style sheet hides nothing at any width or in any scheme: `server/test/e2e/looks.test.ts` makes sure of that.
 */
export const RENDERING_RULES = [
  'color-contrast',
  'target-size',
  'link-in-text-block',
  'scrollable-region-focusable',
] as const

const EVERY_RULE = { runOnly: { type: 'tag', values: TAGS }, rules: { 'target-size': { enabled: true } } }

/**
 * Runs axe with every WCAG 2.2 A and AA rule, best practices, and target sizes, or with some rules alone. It gets past the
 * policy as a debugger does.
 */
export async function audit(page: Page, rules?: readonly string[]): Promise<Audit> {
  const options = {
    ...(rules === undefined ? EVERY_RULE : { runOnly: { type: 'rule', values: rules } }),
    resultTypes: ['violations', 'incomplete'],
  }
  const found = await page.evaluate(runAxe, options)
  if (found !== undefined) return found
  await page.evaluate(AXE)
  const first = await page.evaluate(runAxe, options)
  if (first === undefined) throw new Error('axe was not loaded')
  return first
}

/** In the page, because the results as a whole are long; undefined where axe is not loaded. */
async function runAxe(options: object): Promise<Audit | undefined> {
  if (!('axe' in globalThis)) return undefined
  const results = await globalThis.axe.run(options)
  const open = [...results.violations, ...results.incomplete]
  return {
    findings: open.flatMap(({ id, nodes }) => nodes.map(({ html, target }) => `${id}: ${target.join(' ')} ${html}`)),
    applied: [...open, ...results.passes].map(({ id }) => id),
  }
}
