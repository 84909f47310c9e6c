import type { VNode } from 'preact'

/** Every state of every page, as `<function>: <state>`. The browser tests walk the same list. */
export type PageStates = Readonly<Record<string, () => VNode>>

/** The states of a page that differ in one word. */
export const of = <Key extends string>(page: string, keys: readonly Key[], render: (key: Key) => VNode): PageStates =>
  Object.fromEntries(keys.map((key) => [`${page}: ${key}`, () => render(key)]))
