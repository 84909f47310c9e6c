import type { Request, Response } from 'express'
import { goTo } from './page-responses.ts'
import type { SettingsOutcome } from './pages/settings-outcome-words.ts'
import type { RouteMiddleware } from './route-middleware.ts'

/** To the settings page, which then says once how it ended. `slug`: the provider it is about, where it is not the connected one. */
export const settingsRedirect =
  ({ flash }: Pick<RouteMiddleware, 'flash'>) =>
  (req: Request, res: Response, outcome: SettingsOutcome, slug?: string): void => {
    const path = `/settings/calendar?${new URLSearchParams({ outcome, ...(slug && { provider: slug }) })}` as const
    flash.set(req, res, path)
    goTo(res, path)
  }
