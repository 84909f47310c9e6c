/** Our app registration in Entra, and where Microsoft is reached. URLs are https (http on loopback only), without a path. */
export interface MicrosoftConfig {
  readonly clientId: string
  readonly clientSecret: string
  /** `common`, `organizations`, `consumers` or one tenant: who may sign in. */
  readonly tenant: string
  readonly authorityUrl: string
  readonly graphUrl: string
  readonly readScope: string
}
