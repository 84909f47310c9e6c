import { account } from './en/account.ts'
import { formFields } from './en/form-fields.ts'
import { formats } from './en/formats.ts'
import { layout } from './en/layout.ts'

/** The words of the pages, by page; every other language has a text for each key, or does not compile. */
export const en = {
  account,
  formats,
  formFields,
  layout,
}

export type Texts = typeof en
