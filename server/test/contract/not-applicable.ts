/** Thrown where a provider has no such thing, with the reason: the promise is then skipped. */
export class NotApplicable extends Error {}
