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
    expect(redacted(error)).toStrictEqual({ name: 'Error', code: 'ECONNRESET', status: 502 })
  })

  it('finds the code of the socket below a failed fetch', () => {
    const error = new TypeError('fetch failed', { cause: Object.assign(new Error('x'), { code: 'ECONNREFUSED' }) })
    expect(redacted(error)).toStrictEqual({ name: 'TypeError', code: 'ECONNREFUSED' })
  })

  it('finds the code and the status by the other names they have', () => {
    expect(redacted({ errorCode: 'invalid_grant', statusCode: 400 })).toStrictEqual({
      name: 'Error',
      code: 'invalid_grant',
      status: 400,
    })
    expect(redacted({ code: 'Bearer secret', errorCode: 'known', status: 'secret', statusCode: 500 })).toStrictEqual({
      name: 'Error',
      code: 'known',
      status: 500,
    })
  })

  it('keeps the numbers that are an HTTP status', () => {
    const status = (value: unknown) => redacted({ status: value }).status
    expect([99, 100, 599, 600, '500', null].map(status)).toEqual([undefined, 100, 599, undefined, undefined, undefined])
  })

  it('CL-08 keeps words of 64 characters at most', () => {
    const kept = (code: string) => redacted({ code }).code
    expect([kept('a'.repeat(64)), kept('a'.repeat(65)), kept('')]).toEqual(['a'.repeat(64), undefined, undefined])
    expect([kept('a_b.C-9'), kept('a b'), kept(' a'), kept('a\n')]).toEqual([
      'a_b.C-9',
      undefined,
      undefined,
      undefined,
    ])
  })

  it('CL-08 drops names and codes that are more than a word', () => {
    expect(redacted({ name: 'a secret\nline', code: 'Bearer secret', status: 'secret' })).toStrictEqual({
      name: 'Error',
    })
    expect(redacted('a secret string')).toStrictEqual({ name: 'Error' })
    expect(redacted(null)).toStrictEqual({ name: 'Error' })
  })
})
