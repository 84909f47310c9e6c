/** How a request arrived at the application: what proxies added to it, and what the application makes of that. */
export interface RequestSight {
  /** As limits count it. */
  readonly address: string
  /** `TRUST_PROXY_HOPS` of the process that answered. */
  readonly trustProxyHops: number
  /** Of the other end of the connection: the innermost proxy, or the visitor. */
  readonly peer: string
  /** The entries of `X-Forwarded-For`, the last of them added by the innermost proxy. */
  readonly forwarded: readonly string[]
  /** `X-Forwarded-Proto`. Not used: links and cookies go by `APP_URL`. */
  readonly scheme: string | undefined
  /** `Host`. Not used either. */
  readonly host: string | undefined
}
