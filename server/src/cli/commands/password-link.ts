import { z } from 'zod'
import { HOUR_MS } from '../../domain/durations.ts'
import type { Passwords } from '../../ports/passwords.ts'
import { newPasswordToken } from '../../services/password-links.ts'
import type { Administration } from '../administration.ts'
import { type Answer, Refused } from '../command.ts'

export const LINK_HOURS = 24

export const Hours = z.coerce
  .number('--hours takes a number')
  .int('--hours takes a whole number')
  .min(1, '--hours takes at least 1')
  .max(336, '--hours takes at most 336')

/** The hash of a password that nobody knows, for users who set theirs by a link. */
export const unknownPassword = ({ hash }: Passwords): Promise<string> => hash(newPasswordToken().token)

/** A new link for a user, and what to do with it. */
export async function issuedLink(
  { passwordLinks, appUrl }: Administration,
  userId: string,
  hours = LINK_HOURS,
): Promise<Answer> {
  const issued = await passwordLinks.issue(userId, hours * HOUR_MS, 'operator')
  if (issued === undefined) throw new Refused('there is no such user any more: see users list')
  const url = `${appUrl}/set-password/${issued.token}`
  return {
    data: { url, expiresAt: issued.expiresAt },
    lines: [
      `Link to set a password: ${url}`,
      `It works once, until ${issued.expiresAt.toISOString()}. Whoever has it can sign in: send it to her alone.`,
    ],
  }
}
