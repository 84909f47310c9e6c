import { describe, expect, it } from 'vitest'
import { owner } from '../support/fixtures.ts'
import { hidden, member, startWebApp } from '../support/web-app.ts'

describe('how long clients’ data are kept', () => {
  it('is decided by the owner, who is shown what a time would erase and confirms that number', async () => {
    const web = await startWebApp()
    const { browser } = await member(web)
    const first = await browser.get('/settings/data').expect(200)
    expect(first.text).toContain('Nothing is erased by itself')
    expect([web.asked('countErased'), first.text.includes('name="shown"')]).toEqual([[], false])
    const looked = await browser.get('/settings/data?years=2').expect(200)
    expect(looked.text).toContain(
      'With 2 years, the names and email addresses of 3 sessions would be erased in the coming night.',
    )
    const form = {
      _csrf: hidden(looked.text.slice(looked.text.indexOf('action="/settings/data"')), '_csrf'),
      years: '2',
      shown: '3',
    }
    const { headers } = await browser.post('/settings/data').type('form').send(form).expect(303)
    expect((await browser.get(headers.location ?? '').expect(200)).text).toContain('Your choice is saved')
    expect((await browser.get('/settings/data?outcome=saved')).text).not.toContain('Your choice is saved')
    const stale = await browser
      .post('/settings/data')
      .type('form')
      .send({ ...form, shown: '2' })
      .expect(422)
    expect(stale.text).toContain('The number has changed')
    expect(web.asked('decideRetention').map(({ args }) => args)).toEqual([
      [{ years: 2, shown: 3 }],
      [{ years: 2, shown: 2 }],
    ])
    for (const years of ['4', '0', 'x', '-2'])
      await browser
        .post('/settings/data')
        .type('form')
        .send({ ...form, years })
        .expect(422)
    expect((await browser.get('/settings/data?years=4')).text).not.toContain('name="shown"')
    await browser.post('/settings/data').type('form').send({ years: '2', shown: '3' }).expect(403)
  })

  it('is nobody else’s to see or decide', async () => {
    const web = await startWebApp((fakes) => {
      fakes.users = [{ ...owner, owner: false }]
    })
    const { browser, csrf } = await member(web)
    await browser.get('/settings/data').expect(403)
    await browser.post('/settings/data').type('form').send({ _csrf: csrf, years: '2', shown: '3' }).expect(403)
    expect(web.asked('decideRetention')).toEqual([])
    expect((await browser.get('/settings/account')).text).not.toContain('/settings/data')
  })
})
