/** A page of a list; `next` names the page after it: a link, or a provider's page token. */
interface Page {
  readonly next: URL | string | undefined
}

interface PageChain<P extends Page> {
  readonly read: (next: NonNullable<P['next']>) => Promise<P>
  /** Pages after the first at most. */
  readonly limit: number
  /** The error of a chain that comes back to a page it has been at, or is longer than `limit`. */
  readonly endless: () => Error
}

/**
 * The first page and all after it, read one at a time. A page may be empty and still name a next one. A chain without an end
 * throws, because what was read of it may not be all.
 */
export async function* pagesFrom<P extends Page>(first: P, { read, limit, endless }: PageChain<P>): AsyncGenerator<P> {
  const seen = new Set<string>()
  let page = first
  yield page
  for (let { next } = page; next !== undefined; next = page.next) {
    const name = String(next)
    if (seen.has(name) || seen.size >= limit) throw endless()
    seen.add(name)
    page = await read(next as NonNullable<P['next']>)
    yield page
  }
}
