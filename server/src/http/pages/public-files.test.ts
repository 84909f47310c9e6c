import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { compact, PUBLIC_FILES, STYLE_SHEET } from './public-files.ts'

it('the style sheet loses its comments and its room, and nothing that is meant', () => {
  expect(compact('/* a; */\n.a > .b,\n.c {\n  content: "▸" / "";\n  margin: 0 calc(1rem + 2px);\n}\n')).toBe(
    '.a > .b,.c{content: "▸" / "";margin: 0 calc(1rem + 2px);}',
  )
  const source = readFileSync(join(PUBLIC_FILES, 'app.css'), 'utf8')
  const blind = (css: string): string => css.replaceAll(/\/\*.*?\*\/|\s/gs, '')
  expect(blind(STYLE_SHEET)).toBe(blind(source))
  // In text that is quoted, nothing may be taken out.
  const quoted = [...source.matchAll(/"([^"]*)"/g)].map(([, text = '']) => text)
  expect(quoted.filter((text) => /[{};,]| {2}|\/\*/.test(text))).toEqual([])
})
