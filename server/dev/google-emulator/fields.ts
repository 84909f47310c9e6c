type Mask = Map<string, Mask>

/** `a,b(c,d),e/f`: developers.google.com/workspace/calendar/api/guides/performance#partial-response */
function parse(text: string): Mask {
  let at = 0
  const name = (): string => {
    const start = at
    while (at < text.length && !'(),/'.includes(text.charAt(at))) at += 1
    return text.slice(start, at).trim()
  }
  const list = (): Mask => {
    const mask: Mask = new Map()
    for (;;) {
      entry(mask)
      if (text.charAt(at) !== ',') return mask
      at += 1
    }
  }
  const entry = (mask: Mask): void => {
    const inner: Mask = mask.get(name()) ?? new Map()
    mask.set(
      text
        .slice(0, at)
        .split(/[(),/]/)
        .at(-1)
        ?.trim() ?? '',
      inner,
    )
    if (text.charAt(at) === '/') {
      at += 1
      entry(inner)
    } else if (text.charAt(at) === '(') {
      at += 1
      for (const [key, value] of list()) inner.set(key, value)
      at += 1
    }
  }
  return list()
}

function select(value: unknown, mask: Mask): unknown {
  if (mask.size === 0 || mask.has('*') || typeof value !== 'object' || value === null) return value
  if (Array.isArray(value)) return value.map((item) => select(item, mask))
  const kept = Object.entries(value).filter(([key]) => mask.has(key))
  return Object.fromEntries(kept.map(([key, inner]) => [key, select(inner, mask.get(key) ?? new Map())]))
}

/** The parts of `body` that `fields` asks for; all of it where nothing is asked for. */
export const masked = (body: object, fields: string | null): object =>
  fields === null ? body : (select(body, parse(fields)) as object)
