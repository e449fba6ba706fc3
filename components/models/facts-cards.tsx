import { Card } from '#components/ui/card'
import { ScrollX } from '#components/ui/scroll-x'
import { answersNumber } from '#core/model/signature'
import { plural } from '#core/words/format'
import type { Version } from './version-types.ts'

const shownClasses = 24

/** What the model reads and what it may answer. */
export function SignatureCard({ version: { signature, classes } }: { version: Version }) {
  return (
    <Card
      title="Signature"
      note={`${plural(signature.inputs.length, 'input')} to ${answersNumber(signature) ? 'a number' : plural(classes.length, 'class', 'classes')}, ${signature.target}`}
      bodyClassName="p-0"
    >
      <ScrollX label="Signature">
        <table>
          <thead>
            <tr>
              <th>input</th>
              <th>type</th>
              <th>example</th>
            </tr>
          </thead>
          <tbody>
            {signature.inputs.map((input) => (
              <tr key={input.name}>
                <td className="mono">{input.name}</td>
                <td className="t2">{input.type}</td>
                <td className="t2 max-w-60 truncate" title={String(input.example).slice(0, 300)}>
                  {String(input.example).slice(0, 120)}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </ScrollX>
      <div className="flex flex-wrap gap-1 p-3">
        {answersNumber(signature) ? <span className="sm t3">answers a number and its prediction interval</span> : null}
        {classes.slice(0, shownClasses).map((name) => (
          <span key={name} className="badge">
            {name}
          </span>
        ))}
        {classes.length > shownClasses ? <span className="sm t3">and {classes.length - shownClasses} more</span> : null}
      </div>
    </Card>
  )
}

/** What it was trained with. */
export function ParamsCard({ version: { params, origin } }: { version: Version }) {
  return (
    <Card
      title={origin ? 'Origin' : 'Settings'}
      note={origin ? 'where it was imported from' : 'what it was trained with'}
      scrolls="Settings"
    >
      <table>
        <tbody>
          {params.map(({ name, value }) => (
            <tr key={name}>
              <th scope="row" className="font-normal text-[color:var(--text-2)]">
                {name}
              </th>
              <td className="whitespace-normal!">{value}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </Card>
  )
}
