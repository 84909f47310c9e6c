/** The part of oidc-provider 9 that is used here; the package brings no types. */
declare module 'oidc-provider' {
  import type { IncomingMessage, ServerResponse } from 'node:http'

  export interface Context {
    status: number
    body: unknown
    readonly oidc?: {
      readonly route: string
      readonly body?: Readonly<Record<string, string>>
      readonly client: { readonly clientId: string }
      readonly session: { readonly accountId: string }
    }
  }

  export interface Grant {
    addOIDCScope(scope: string): void
    save(): Promise<string>
  }

  export default class Provider {
    constructor(issuer: string, configuration: Readonly<Record<string, unknown>>)
    readonly Grant: new (of: {
      clientId: string
      accountId: string
    }) => Grant
    readonly AccessToken: { find(value: string): Promise<{ readonly isExpired: boolean } | undefined> }
    use(middleware: (context: Context, next: () => Promise<void>) => Promise<void>): void
    interactionFinished(
      request: IncomingMessage,
      response: ServerResponse,
      result: Readonly<Record<string, unknown>>,
      options: { mergeWithLastSubmission: boolean },
    ): Promise<void>
    callback(): (request: IncomingMessage, response: ServerResponse) => void
  }
}
