/** Only https: what a calendar hands out as a link is not taken on trust. */
export const isWebLink = (url: string | undefined): url is string =>
  url?.startsWith('https://') === true && URL.canParse(url)
