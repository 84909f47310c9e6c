import type { GoogleConfig } from '../adapters/google-calendar/config.ts'
import type { MicrosoftConfig } from '../adapters/microsoft-calendar/config.ts'

type Given<Config extends { readonly clientId: string; readonly clientSecret: string }> = Partial<Config> &
  Pick<Config, 'clientId' | 'clientSecret'>

/** The registration with Entra at the addresses of the worldwide cloud, for accounts of every kind, where not said otherwise. */
export const microsoftConfig = (given: Given<MicrosoftConfig>): MicrosoftConfig => ({
  tenant: 'common',
  authorityUrl: 'https://login.microsoftonline.com',
  graphUrl: 'https://graph.microsoft.com',
  readScope: 'Calendars.ReadBasic',
  ...given,
})

/** The OAuth client at Google, at Google's addresses where not said otherwise. */
export const googleConfig = (given: Given<GoogleConfig>): GoogleConfig => ({
  authorizationUrl: 'https://accounts.google.com/o/oauth2/v2/auth',
  tokenUrl: 'https://oauth2.googleapis.com/token',
  apiUrl: 'https://www.googleapis.com',
  ...given,
})
