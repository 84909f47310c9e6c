/** Our OAuth client at Google, and where Google is reached. URLs are https (http on loopback only). */
export interface GoogleConfig {
  readonly clientId: string
  readonly clientSecret: string
  /** The authorization endpoint. */
  readonly authorizationUrl: string
  readonly tokenUrl: string
  readonly apiUrl: string
}
