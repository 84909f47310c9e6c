import { describe, expect, it } from 'vitest'
import { googleFeatures } from '../src/adapters/google-calendar/features.ts'
import { microsoftFeatures } from '../src/adapters/microsoft-calendar/features.ts'
import { featuresIn } from '../src/ports/calendar-binding.ts'

describe.each([
  ['Google', googleFeatures()],
  ['Microsoft', microsoftFeatures()],
])('the words of %s in German', (_name, features) => {
  const german = featuresIn(features, 'de')

  it('say all that is said in English, of the same pages', () => {
    expect(Object.keys(german.sentences).sort()).toEqual(Object.keys(features.sentences).sort())
    expect(german.beforeSignIn === undefined).toBe(features.beforeSignIn === undefined)
    expect(german.accessRemovalUrls.map(({ url }) => url)).toEqual(features.accessRemovalUrls.map(({ url }) => url))
  })

  it('are none of them left in English', () => {
    const said = (of: typeof features) => [
      of.signInLabel,
      of.beforeSignIn,
      ...of.accessRemovalUrls.map(({ label }) => label),
      ...Object.values(of.sentences),
    ]
    const english = new Set(said(features).filter((words) => words !== undefined))
    expect(said(german).filter((words) => words !== undefined && english.has(words))).toEqual([])
  })

  it('leave the rest as it is, and another language to English', () => {
    expect(german).toMatchObject({ slug: features.slug, company: features.company, mark: features.mark })
    expect(featuresIn(features, 'fr')).toEqual(features)
  })
})
