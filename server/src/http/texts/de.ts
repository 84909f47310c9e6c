import { account } from './de/account.ts'
import { formFields } from './de/form-fields.ts'
import { formats } from './de/formats.ts'
import { layout } from './de/layout.ts'
import type { Texts } from './en.ts'

export const de: Texts = {
  account,
  formats,
  formFields,
  layout,
}
