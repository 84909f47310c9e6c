import type { leaving as english } from '../en/leaving.ts'

export const leaving: typeof english = {
  title: (company) => `Weiter zu ${company}`,
  text: (company) => `Ihr Browser bringt Sie jetzt zu ${company}. Wenn nicht, benutzen Sie diesen Link.`,
  link: (company) => `Weiter zu ${company}`,
}
