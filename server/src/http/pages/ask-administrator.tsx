import type { VNode } from 'preact'
import type { CalendarFeatures } from '../../ports/calendar-binding.ts'
import { Back } from './components.tsx'
import { type Member, MemberDocument } from './layout.tsx'

interface AskAdministratorPage extends Member {
  readonly features: CalendarFeatures
  /** Where an administrator approves; undefined where the provider has no such page. */
  readonly url: URL | undefined
}

const mailOf = ({ company }: CalendarFeatures, url: URL | undefined): { subject: string; body: string } => ({
  subject: `Please approve calendar access for our booking page (${company})`,
  body: [
    'Hello,',
    '',
    `I would like to connect my calendar to our booking page, so that clients only see hours when I am free. ${company} says that an administrator of our organisation has to approve this first.`,
    '',
    'It reads when I am busy: start, end and busy or free. It never asks for titles, people or notes. If I choose so, it also writes the sessions booked with me, and removes them when they are cancelled.',
    ...(url === undefined
      ? ['', `Please allow this app in the administration of ${company}.`]
      : ['', 'Please open this link and approve:', '', url.href]),
    '',
    'Thank you.',
  ].join('\n'),
})

export const askAdministratorPage = (props: AskAdministratorPage): VNode => {
  const { features, url } = props
  const { subject, body } = mailOf(features, url)
  const mail = `mailto:?subject=${encodeURIComponent(subject)}&body=${encodeURIComponent(body)}`
  return (
    <MemberDocument title="Ask your administrator" current="calendar" member={props}>
      <Back href="/settings/calendar">Your calendar settings</Back>
      <h1>Ask your administrator</h1>
      <p>{`Your organisation decides which apps may use its ${features.company} accounts. Send your administrator this.`}</p>
      {url !== undefined && (
        <div class="field">
          <label for="link">Link for your administrator</label>
          <input id="link" type="text" readonly value={url.href} autocomplete="off" />
        </div>
      )}
      <div class="field">
        <label for="mail">Text for an email</label>
        <textarea id="mail" readonly rows={14} autocomplete="off" value={body} />
      </div>
      <p>
        <a class="btn" href={mail}>
          Open it in your email program
        </a>
      </p>
      <p>{`When it is approved, connect ${features.label} again from your calendar settings.`}</p>
    </MemberDocument>
  )
}
