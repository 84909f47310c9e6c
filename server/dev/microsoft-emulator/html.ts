import { createHash } from 'node:crypto'
import type { Answer } from './wire.ts'
import { html as htmlAnswer } from './wire.ts'

/** Markup; only `markup` makes it, so that text put into it is always escaped. */
export class Html {
  readonly text: string
  constructor(text: string) {
    this.text = text
  }
}

type Piece = Html | string | number | false | undefined | readonly Piece[]

const ESCAPES: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' }

function render(piece: Piece): string {
  if (piece === false || piece === undefined) return ''
  if (piece instanceof Html) return piece.text
  if (Array.isArray(piece)) return piece.map(render).join('')
  return String(piece).replace(/[&<>"']/g, (character) => ESCAPES[character] ?? character)
}

export const markup = (strings: TemplateStringsArray, ...pieces: Piece[]): Html =>
  new Html(strings.map((text, index) => text + render(pieces[index])).join(''))

export const hidden = (fields: Readonly<Record<string, string>>): Html[] =>
  Object.entries(fields).map(([name, value]) => markup`<input type="hidden" name="${name}" value="${value}">\n`)

const STYLE = `:root{color-scheme:light dark;--line:#7c8985;--soft:#f4f6f5;--accent:#0b4f8a;--on:#fff;--muted:#53605d}
@media (prefers-color-scheme:dark){:root{--soft:#1e2625;--accent:#8cc4f5;--on:#06203a;--muted:#a9b6b2}}
*{box-sizing:border-box}body{margin:0;font:1.0625rem/1.5 system-ui,sans-serif;overflow-wrap:break-word}
main,header{max-width:44rem;margin-inline:auto;padding:1rem}header{color:var(--muted)}
h1{font-size:1.6rem;line-height:1.2}h2{font-size:1.15rem;margin-top:2rem}
:focus-visible{outline:3px solid #1a4fd0;outline-offset:2px}a{color:var(--accent)}
button{min-height:2.75rem;padding:.5rem 1.1rem;margin:.25rem .5rem .25rem 0;border:2px solid var(--accent);border-radius:6px;background:var(--accent);color:var(--on);font:inherit;font-weight:600;cursor:pointer}
button.quiet{background:transparent;color:var(--accent)}ul.plain{list-style:none;padding:0}
label{display:block;margin-top:.75rem;font-weight:600}input,select{display:block;width:100%;min-height:2.75rem;padding:.4rem .6rem;font:inherit;border:2px solid var(--line);border-radius:6px}
ul.plain>li{display:flex;flex-wrap:wrap;justify-content:space-between;gap:.5rem;align-items:center;padding:.5rem;border-bottom:1px solid var(--line)}
small{color:var(--muted)}form.inline{display:inline}table{border-collapse:collapse;width:100%}td,th{text-align:left;padding:.3rem;border-bottom:1px solid var(--line);vertical-align:top}
@media (min-width:40rem){.fields{display:grid;grid-template-columns:repeat(auto-fit,minmax(9.5rem,1fr));gap:.75rem}.fields .wide{grid-column:1/-1}}`
const STYLE_HASH = createHash('sha256').update(STYLE).digest('base64')

/** A page of the emulator. `formTargets`: origins that its forms may lead to (Chromium checks redirects of posts too). */
export function page(
  title: string,
  content: Html,
  options: { status?: number; formTargets?: readonly string[] } = {},
): Answer {
  const policy = [
    "default-src 'none'",
    `style-src 'sha256-${STYLE_HASH}'`,
    `form-action 'self' ${(options.formTargets ?? []).join(' ')}`.trim(),
    "frame-ancestors 'none'",
    "base-uri 'none'",
  ].join('; ')
  const document = markup`<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>${title}</title>
<style>${new Html(STYLE)}</style></head><body>
<header>Microsoft emulator · nothing here reaches Microsoft</header>
<main><h1>${title}</h1>
${content}
</main></body></html>`
  return htmlAnswer(options.status ?? 200, document.text, {
    'content-security-policy': policy,
    // Under no-referrer, browsers post with "Origin: null", which is not our own.
    'referrer-policy': 'same-origin',
    'x-content-type-options': 'nosniff',
  })
}
