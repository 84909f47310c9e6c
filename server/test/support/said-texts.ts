/** In the place of a value with names, of a link, or of text that is marked up. */
const anything: unknown = new Proxy((words: unknown) => words, {
  get: (_target, key) => (key === Symbol.toPrimitive ? () => 'x' : anything),
})

/** What a text says of such a value; undefined where it takes no such value. */
function ofEach(text: (...values: unknown[]) => unknown, value: unknown): unknown {
  try {
    return text(...Array(9).fill(value))
  } catch (error) {
    if (value !== anything && error instanceof TypeError) return undefined
    throw error
  }
}

/** Every text by its path; of a function, what it says of one thing, of several, of words, and of anything. */
export function said(texts: unknown, path = ''): (readonly [path: string, words: string])[] {
  if (typeof texts === 'string') return [[path, texts]]
  if (texts === anything || typeof texts !== 'object' || texts === null)
    return typeof texts !== 'function' || texts === anything
      ? []
      : [1, 2, 'x', anything].flatMap((value, index) =>
          said(
            ofEach((...values) => texts(...values), value),
            `${path}(${index})`,
          ),
        )
  if (Array.isArray(texts)) return [[path, texts.filter((part) => typeof part === 'string').join('…')]]
  return Object.entries(texts).flatMap(([key, value]) => said(value, path === '' ? key : `${path}.${key}`))
}
