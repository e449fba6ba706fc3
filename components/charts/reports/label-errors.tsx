'use client'

import { useState } from 'react'
import { Card } from '#components/ui/card'
import { Select } from '#components/ui/field'
import { ScrollX } from '#components/ui/scroll-x'
import type { LabelErrorsReport } from '#core/reports/label-errors'
import { formatNumber, formatScore, formatShare, plural } from '#core/words/format'
import { type Confusion, ConfusionMatrix } from '../confusion-matrix'
import { FigureTile } from '../figure-tile'
import { RowRecord, RowText } from './row-record'

/** Rows whose label is probably wrong: how many, between which classes, and each with what speaks against its label. */
export function LabelErrorsView({ report }: { report: LabelErrorsReport }) {
  const [chosen, setChosen] = useState<Confusion | null>(null)
  const worst = report.pairs[0]
  return (
    <div className="col gap-3">
      <div className="tiles two" style={{ gridTemplateColumns: 'repeat(auto-fit, minmax(150px, 1fr))' }}>
        <FigureTile
          label="Likely label errors"
          value={formatNumber(report.found)}
          sub={`${formatShare(report.found / report.rows)} of ${plural(report.rows, 'row')}`}
        />
        <FigureTile
          label="Estimated in all"
          value={formatNumber(Math.round(report.estimated))}
          sub="also those that no row can be named for"
        />
        <FigureTile
          label="Most often"
          value={worst ? formatNumber(worst.rows) : '–'}
          sub={worst ? `${worst.label}, probably ${worst.probable}` : 'no label stands out'}
        />
      </div>
      {report.joint && report.found > 0 ? (
        <Card title="Labels against what the model is sure of" note="rows; choose a cell to see its rows">
          <ConfusionMatrix
            classes={report.classes.map(({ name }) => name)}
            confusion={report.joint}
            chosen={chosen}
            onChoose={setChosen}
            words={{ down: 'label', across: 'probably' }}
          />
        </Card>
      ) : null}
      <Issues report={report} chosen={chosen} onChoose={setChosen} />
    </div>
  )
}

function Issues({
  report,
  chosen,
  onChoose,
}: {
  report: LabelErrorsReport
  chosen: Confusion | null
  onChoose(pair: Confusion | null): void
}) {
  const [open, setOpen] = useState<number | null>(null)
  const { table } = report
  const shown = report.issues.filter((one) => chosen === null || (one.label === chosen.truth && one.probable === chosen.predicted))
  const note = chosen
    ? `labelled ${chosen.truth}, probably ${chosen.predicted}`
    : report.issues.length < report.found
      ? `the surest ${formatNumber(report.issues.length)} of ${formatNumber(report.found)}; the output Likely errors has all`
      : `${plural(report.issues.length, 'row')}, surest first`
  const keyOf = ({ truth, predicted }: Confusion) => `${truth}\u0000${predicted}`
  const pairs = report.pairs.map(({ label, probable, rows }) => ({ truth: label, predicted: probable, rows }))
  const chooser = (
    <Select
      inline
      aria-label="Labels"
      value={chosen ? keyOf(chosen) : ''}
      onChange={(event) => onChoose(pairs.find((pair) => keyOf(pair) === event.currentTarget.value) ?? null)}
      options={[
        { value: '', label: 'all labels' },
        ...pairs.map((pair) => ({ value: keyOf(pair), label: `${pair.truth}, probably ${pair.predicted} (${pair.rows})` })),
        // a cell of the matrix that has no listed row
        ...(chosen && !pairs.some((pair) => keyOf(pair) === keyOf(chosen))
          ? [{ value: keyOf(chosen), label: `${chosen.truth}, probably ${chosen.predicted} (0)` }]
          : []),
      ]}
    />
  )
  if (shown.length === 0) {
    return (
      <Card title="Rows" note={note} end={chooser}>
        <p className="sm t3">{chosen ? 'No listed row is between these classes.' : 'No row has a label that the other rows contradict.'}</p>
      </Card>
    )
  }
  return (
    <Card title="Rows" note={note} end={chooser} bodyClassName="p-0">
      <ScrollX label="Rows with a likely label error" style={{ maxHeight: 560, overflowY: 'auto' }}>
        <table style={{ tableLayout: 'fixed', minWidth: 640 }}>
          <colgroup>
            <col style={{ width: 76 }} />
            <col />
            <col style={{ width: 130 }} />
            <col style={{ width: 130 }} />
            <col style={{ width: 90 }} />
          </colgroup>
          <thead>
            <tr>
              <th scope="col" className="num">
                row
              </th>
              <th scope="col">text</th>
              <th scope="col">label</th>
              <th scope="col">probably</th>
              <th scope="col" className="num">
                margin
              </th>
            </tr>
          </thead>
          <tbody>
            {shown.map((one) => (
              <tr key={one.row}>
                <td className="num mono">{formatNumber(one.row + 1)}</td>
                <td className="trunc" title={one.text}>
                  <RowText row={one.row} text={one.text} onOpen={table === undefined ? undefined : setOpen} />
                </td>
                <td className="trunc" title={`probability ${formatScore(one.labelProbability)}`}>
                  <span className="chip">{one.label}</span>
                </td>
                <td className="trunc" title={`probability ${formatScore(one.probability)}`}>
                  <span className="chip" style={{ background: 'var(--warm-2)', color: 'var(--warm-on-2)' }}>
                    {one.probable}
                  </span>
                </td>
                <td className="num">{formatScore(-one.margin)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </ScrollX>
      {table === undefined ? null : <RowRecord table={table} row={open} onClose={() => setOpen(null)} />}
    </Card>
  )
}
