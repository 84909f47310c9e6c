/**
 * The literals of a file of texts, imports and types left out: strings, and each whole part of a template. Of a part that is cut by a
 * value, the value is left out, so a word may not be put together.
 */
export function literals(source: string): string[] {
  const found: string[] = []
  read(source.replaceAll(/^import .*$|\['\w+'\]/gm, '').replaceAll(/\/\*[\s\S]*?\*\/|^\s*\/\/.*$/gm, ''), 0, found)
  return found
}

/** Reads code from a place until the brace that ends it, or the end; gives the place after it. */
function read(code: string, from: number, found: string[]): number {
  let at = from
  let depth = 0
  while (at < code.length) {
    const sign = code[at]
    if (sign === "'" || sign === '"') at = readString(code, at, found)
    else if (sign === '`') at = readTemplate(code, at, found)
    else if (sign === '}' && depth === 0) return at + 1
    else {
      depth += sign === '{' ? 1 : sign === '}' ? -1 : 0
      at += 1
    }
  }
  return at
}

function readString(code: string, from: number, found: string[]): number {
  const end = new RegExp(`(?<!\\\\)${code[from]}`, 'g')
  end.lastIndex = from + 1
  const at = end.exec(code)?.index ?? code.length
  found.push(code.slice(from + 1, at).replaceAll('\\', ''))
  return at + 1
}

function readTemplate(code: string, from: number, found: string[]): number {
  let at = from + 1
  let part = ''
  while (at < code.length && code[at] !== '`') {
    if (code.startsWith('${', at)) {
      found.push(part)
      part = ''
      at = read(code, at + 2, found)
    } else {
      part += code[at]
      at += 1
    }
  }
  found.push(part)
  return at + 1
}
