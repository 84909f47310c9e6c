/** Where a provider sends the browser back to (RFC 6749 section 3.1.2); `slug` names the provider, or its page for administrators. */
export const redirectUri = (appUrl: string, slug: string): string => `${appUrl}/settings/calendar/callback/${slug}`
