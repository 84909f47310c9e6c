/** A new UUID for a row of ours. Not a secret: never used as a token. */
export type IssueId = () => string
