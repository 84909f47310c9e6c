import type { ComponentChildren, VNode } from 'preact'

/** Takes the focus when the page opens, without any script. */
export const FOCUS_FIRST = { autofocus: true, tabIndex: -1 }

/** To the step or the page before. */
export const Back = ({ href, children }: { readonly href: string; readonly children: ComponentChildren }): VNode => (
  <p class="back">
    <a href={href}>{children}</a>
  </p>
)

/** A message at the top of a page that takes the focus. */
export const Note = ({
  tone,
  title,
  children,
}: {
  readonly tone?: 'good' | 'warn' | 'bad' | undefined
  readonly title: string
  readonly children?: ComponentChildren
}): VNode => (
  <section class={tone === undefined ? 'note' : `note ${tone}`} aria-labelledby="note" {...FOCUS_FIRST}>
    <h2 id="note">{title}</h2>
    {children}
  </section>
)

/** A word that the narrow column of labels would break. */
const LONG_WORD = /\S{12}/
/** Letters that fill six lines of the narrow column of values. */
const LONG_VALUE = 100

const isLong = (label: string, value: ComponentChildren): boolean =>
  LONG_WORD.test(label) || (typeof value === 'string' && value.length > LONG_VALUE)

export const Facts = ({
  rows,
}: {
  readonly rows: readonly (readonly [string, ComponentChildren] | undefined)[]
}): VNode => (
  <dl>
    {rows.map((row) =>
      row === undefined ? null : (
        <div key={row[0]} class={isLong(...row) ? 'long' : undefined}>
          <dt>{row[0]}</dt>
          <dd>{row[1]}</dd>
        </div>
      ),
    )}
  </dl>
)

/** Text that somebody typed, isolated so that right-to-left letters in it do not reorder the text around it. */
export const Typed = ({ text }: { readonly text: string }): VNode => <bdi>{text}</bdi>

/** An email address that may need more room than it has: where it does not fit into one line, its domain begins the next. */
export const TypedAddress = ({ text }: { readonly text: string }): VNode => {
  const domain = text.indexOf('@') + 1
  return (
    <bdi>
      {text.slice(0, domain)}
      <wbr />
      {text.slice(domain)}
    </bdi>
  )
}
