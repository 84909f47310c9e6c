/** Whether a link from a calendar may be shown: only https, because a `javascript:` address would run on our page. */
export const isWebLink = (url: string | undefined): url is string =>
  url?.startsWith('https://') === true && URL.canParse(url)
