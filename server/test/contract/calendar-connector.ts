import { describe, it } from 'vitest'
import { CONNECTING_PROMISES } from './connecting-promises.ts'
import type { ConnectorUnderTest } from './connector-under-test.ts'
import { NotApplicable } from './not-applicable.ts'
import { TOKEN_PROMISES } from './token-promises.ts'

/** Proves every promise of `CalendarConnector`, and what its tokens promise, each with a provider of its own. */
export function describeCalendarConnector(name: string, open: () => Promise<ConnectorUnderTest>): void {
  describe(`calendar connector: ${name}`, () => {
    for (const { title, prove } of [...CONNECTING_PROMISES, ...TOKEN_PROMISES])
      it(title, async (context) => {
        const under = await open()
        try {
          await prove(under)
        } catch (error) {
          if (error instanceof NotApplicable) context.skip(error.message)
          throw error
        } finally {
          await under.close()
        }
      })
  })
}
