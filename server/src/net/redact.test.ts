import { describe, expect, it } from 'vitest'
import { redacted } from './redact.ts'

describe('redacted', () => {
  it('CL-08 keeps name, code and status, and nothing else', () => {
    const error = Object.assign(new Error('Bearer eyJ.secret'), {
      status: 502,
      code: 'ECONNRESET',
      headers: { authorization: 'Bearer eyJ.secret' },
      body: 'secret',
    })
    expect(redacted(error)).toEqual({ name: 'Error', code: 'ECONNRESET', status: 502 })
  })

  it('finds the code of the socket below a failed fetch', () => {
    const error = new TypeError('fetch failed', { cause: Object.assign(new Error('x'), { code: 'ECONNREFUSED' }) })
    expect(redacted(error)).toEqual({ name: 'TypeError', code: 'ECONNREFUSED' })
  })

  it('CL-08 drops names and codes that are more than a word', () => {
    expect(redacted({ name: 'a secret\nline', code: 'Bearer secret', status: 'secret' })).toEqual({ name: 'Error' })
    expect(redacted('a secret string')).toEqual({ name: 'Error' })
    expect(redacted(null)).toEqual({ name: 'Error' })
  })
})
