import type { VNode } from 'preact'
import { useTexts } from './page-locale.tsx'

export const WHAT_CLIENTS_SEE = '/settings/what-clients-see'

/** To the week as clients meet it; `prominent`: what to look at next. */
export const WhatClientsSeeLink = ({ prominent = false }: { readonly prominent?: boolean }): VNode => {
  const { whatClientsSee: t } = useTexts()
  return (
    <a href={WHAT_CLIENTS_SEE} class={prominent ? 'btn' : undefined}>
      {t.link}
    </a>
  )
}
