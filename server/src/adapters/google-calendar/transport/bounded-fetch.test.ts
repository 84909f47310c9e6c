import { describe, expect, it } from 'vitest'
import { boundedFetch } from './bounded-fetch.ts'

const config = {
  clientId: 'client',
  clientSecret: 'client-secret',
  authorizationUrl: 'https://accounts.google.com/o/oauth2/v2/auth',
  tokenUrl: 'https://oauth2.googleapis.com/token',
  apiUrl: 'https://www.googleapis.com',
}

function recording() {
  const seen: string[] = []
  const recorder: typeof fetch = async (input) => {
    seen.push(new URL(input instanceof Request ? input.url : input).origin)
    return Response.json({})
  }
  const bounded = boundedFetch({ config, fetch: recorder }, new AbortController().signal)
  return { seen, bounded }
}

describe('boundedFetch', () => {
  it('INV-6 CL-02 reaches the configured origins', async () => {
    const { seen, bounded } = recording()
    await bounded(`${config.apiUrl}/calendar/v3/freeBusy`)
    await bounded(config.tokenUrl)
    expect(seen).toEqual([config.apiUrl, 'https://oauth2.googleapis.com'])
  })

  it.each([
    'https://evil.example/calendar/v3/freeBusy',
    'https://www.googleapis.com.evil.example/',
    'https://www.googleapis.com@evil.example/',
    'https://www.googleapis.com:8443/',
    'http://www.googleapis.com/',
    'http://169.254.169.254/',
  ])('INV-6 F-27 CL-02 sends nothing to %s', async (url) => {
    const { seen, bounded } = recording()
    await expect(bounded(url)).rejects.toMatchObject({ reason: 'garbled' })
    expect(seen).toEqual([])
  })
})
