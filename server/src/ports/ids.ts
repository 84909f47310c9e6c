/** Gives a new UUID for a row of ours. It is no secret and is never used as a token. */
export type IssueId = () => string
