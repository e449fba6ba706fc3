import type { TextPart } from '#ml/explain/word-contributions'
import { prepareWords } from './prepare-words.ts'

/** A text whose words are shaded by what they added. */
export function WordReasons({ column, parts }: { column: string; parts: readonly TextPart[] }) {
  const { runs, more } = prepareWords(parts)
  return (
    <div>
      <h4 className="semi">
        Words of <span className="mono">{column}</span>{' '}
        <span className="sm t3 font-normal">shaded by what they added, alone and joined</span>
      </h4>
      <p className="mt-1" style={{ whiteSpace: 'pre-wrap', overflowWrap: 'anywhere', maxHeight: 240, overflowY: 'auto' }}>
        {runs.map(({ at, text, shade, isTowards, words }) =>
          shade === 0 ? (
            text
          ) : (
            <mark
              key={at}
              title={words}
              style={{
                color: 'inherit',
                borderRadius: 3,
                background: `color-mix(in srgb, var(${isTowards ? '--series-1' : '--series-2'}) ${Math.round(shade * 45)}%, transparent)`,
              }}
            >
              {text}
            </mark>
          ),
        )}
      </p>
      {more > 0 ? <p className="sm t3">and {more} characters more</p> : null}
    </div>
  )
}
