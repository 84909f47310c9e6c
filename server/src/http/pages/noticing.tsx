import type { VNode } from 'preact'
import { useTexts } from './page-locale.tsx'

/** What becomes of it when she moves or deletes a session in her calendar: while sessions are written there. */
export const NoticingSection = ({ label }: { readonly label: string }): VNode => {
  const { noticing: t } = useTexts()
  return (
    <section aria-labelledby="noticing" class="stack">
      <h2 id="noticing">{t.title(label)}</h2>
      <p>{t.connected(label)}</p>
    </section>
  )
}

/** The same where an account is connected: sessions may be written there, or not. */
export const NoticingHint = (): VNode => <p class="hint">{useTexts().noticing.before}</p>
