import { Check } from 'lucide-react'
import { Card } from '#components/ui/card'
import type { RecommendationReport } from '#core/reports/recommendation'
import { formatNumber, formatValue, plural } from '#core/words/format'
import { Legend } from '../axes'
import { FigureTile } from '../figure-tile'
import { Interval } from '../interval'
import { Lines } from '../lines'
import { Notes } from '../notes'
import { modelColour, type PreparedRecommendation, popularityColour, prepareRecommendation } from '../prepare-recommendation.ts'

const noUsers = 'No user was measured: nobody has enough items to hold one out.'
const legend = [
  { name: 'model', colour: modelColour },
  { name: 'popularity', colour: popularityColour },
]

/** How well a recommender finds what users took, always beside recommending what is popular; then whom it recommends what. */
export function RecommendationView({ report }: { report: RecommendationReport }) {
  const { sentence, tiles, curves, spread, objective, samples } = prepareRecommendation(report)
  const { users, items, interactions, temperature, notes } = report
  return (
    <div className="col gap-3">
      <p className="semi">{sentence}</p>
      <div className="tiles two" style={{ gridTemplateColumns: 'repeat(auto-fit, minmax(150px, 1fr))' }}>
        {tiles.map((tile) => (
          <FigureTile
            key={tile.name}
            label={tile.name}
            value={tile.value}
            below={<Interval value={tile.at} bounds={tile.bounds} to={tile.to} mark={tile.mark} />}
            sub={
              <span title={tile.range}>
                {tile.meaning}
                <span className="block">popularity: {tile.popularity}</span>
                <span className="sr">{tile.range}</span>
              </span>
            }
          />
        ))}
      </div>
      <div className="grid gap-3" style={{ gridTemplateColumns: 'repeat(auto-fit, minmax(min(100%, 320px), 1fr))' }}>
        {curves.map((curve) => (
          <Card key={curve.title} title={curve.title} end={<Legend items={legend} />}>
            <Lines
              height={200}
              label={`${curve.title} of the model and of popularity, by length of the list`}
              input={curve.input}
              empty={noUsers}
            />
          </Card>
        ))}
        <Spread spread={spread} />
        {objective ? (
          <Card title="Objective of ALS" note="a user, by iteration">
            <Lines
              height={200}
              label={`Objective, from ${formatValue(report.loss[0]?.loss ?? 0)} to ${formatValue(report.loss.at(-1)?.loss ?? 0)}`}
              input={objective}
              empty="There was no iteration."
            />
          </Card>
        ) : null}
      </div>
      <Samples samples={samples} />
      <p className="sm t3">
        Trained on {plural(users, 'user')}, {plural(items, 'item')} and {formatNumber(interactions)} pairs of them; measured before that,
        without what was held out. Temperature {formatValue(temperature)}. Dashed marks: popularity on the same users.
      </p>
      <Notes title="Notes" notes={notes} />
    </div>
  )
}

function Spread({ spread }: { spread: PreparedRecommendation['spread'] }) {
  return (
    <Card title="Where recommendations go" note="shares">
      <div className="col gap-3">
        {spread.map((one) => (
          <div key={one.name}>
            <p className="semi">{one.name}</p>
            <ul className="my-1">
              {one.rows.map((row) => (
                <li key={row.name} className="row sm">
                  <span className="w-28 flex-none">{row.name}</span>
                  <span className="meter grow" style={{ width: 'auto', ['--c' as string]: row.colour }} aria-hidden>
                    <i style={{ width: `${row.share * 100}%` }} />
                  </span>
                  <span className="num w-14 flex-none text-right">{row.words}</span>
                </li>
              ))}
            </ul>
            <p className="sm t3">{one.meaning}</p>
          </div>
        ))}
      </div>
    </Card>
  )
}

function Samples({ samples }: { samples: PreparedRecommendation['samples'] }) {
  if (samples.length === 0) return null
  return (
    <Card title="Some of the users measured" note="a check marks what was held out" scrolls="Some of the users measured">
      <table>
        <thead>
          <tr>
            <th scope="col">user</th>
            <th scope="col">had</th>
            <th scope="col">held out</th>
            <th scope="col">recommended, the best first</th>
          </tr>
        </thead>
        <tbody>
          {samples.map((sample) => (
            <tr key={sample.user}>
              <td className="mono trunc py-1.5! align-top" style={{ maxWidth: 140 }} title={sample.user}>
                {sample.user}
              </td>
              <td className="t2 py-1.5! align-top whitespace-normal!" style={{ minWidth: 200, maxWidth: 320 }}>
                {sample.history}
                {sample.more ? <span className="t3"> {sample.more}</span> : null}
              </td>
              <td className="py-1.5! align-top whitespace-normal!" style={{ minWidth: 110, maxWidth: 200 }}>
                {sample.heldOut}
              </td>
              <td className="py-1.5! align-top whitespace-normal!" style={{ minWidth: 280 }}>
                <ol>
                  {sample.recommended.map(({ item, words, isHit }) => (
                    <li key={item} className="mr-3 inline-block">
                      <span className={isHit ? 'semi' : ''}>
                        {isHit ? <Check className="i s inline" aria-label="held out:" /> : null} {item}
                      </span>{' '}
                      <span className="t3 num">{words}</span>
                    </li>
                  ))}
                </ol>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </Card>
  )
}
