export const leaving = {
  title: (company: string) => `On to ${company}`,
  text: (company: string) => `Your browser takes you to ${company} now. If it does not, use this link.`,
  link: (company: string) => `Go on to ${company}`,
}
