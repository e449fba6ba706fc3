import { Select, Toggle } from '#components/ui/field'
import type { ExperimentChoices, ExperimentState } from '#core/experiments/views'
import type { View } from './view-address.ts'

type Filter = View['filter']

const states: Record<ExperimentState, string> = { open: 'Running or waiting', good: 'Done', bad: 'Failed', cancelled: 'Cancelled' }

/** What the table is narrowed down by, beside words. */
export function ExperimentFilters({
  filter,
  choices,
  onFilter,
}: {
  filter: Filter
  choices: ExperimentChoices | undefined
  onFilter(filter: Filter): void
}) {
  const choose = (name: 'workflowId' | 'estimator' | 'tag' | 'state', value: string) => {
    const { [name]: _, ...others } = filter
    onFilter(value === '' ? others : { ...others, [name]: value })
  }
  return (
    <>
      <Choice
        label="Workflow"
        all="All workflows"
        value={filter.workflowId}
        options={(choices?.workflows ?? []).map(({ id, name }) => ({ value: id, label: name }))}
        onChoose={(value) => choose('workflowId', value)}
      />
      <Choice
        label="Estimator"
        all="All estimators"
        value={filter.estimator}
        options={(choices?.estimators ?? []).map(({ kind, name }) => ({ value: kind, label: name }))}
        onChoose={(value) => choose('estimator', value)}
      />
      <Choice
        label="Status"
        all="Any status"
        value={filter.state}
        options={Object.entries(states).map(([value, label]) => ({ value, label }))}
        onChoose={(value) => choose('state', value)}
      />
      {choices && choices.tags.length > 0 ? (
        <Choice
          label="Tag"
          all="Any tag"
          value={filter.tag}
          options={choices.tags.map((tag) => ({ value: tag, label: tag }))}
          onChoose={(value) => choose('tag', value)}
        />
      ) : null}
      <span className="row tight sm">
        <Toggle
          checked={filter.repeats}
          onChange={(repeats) => onFilter({ ...filter, repeats })}
          label="Also earlier runs of the same training"
        />
        <span className="t2" aria-hidden title="Runs of one training with the same settings, data and seed">
          Repeats
        </span>
      </span>
    </>
  )
}

function Choice({
  label,
  all,
  value = '',
  options,
  onChoose,
}: {
  label: string
  all: string
  value: string | undefined
  options: readonly { value: string; label: string }[]
  onChoose(value: string): void
}) {
  // What is chosen stays readable while the choices load, or after the last of its kind is gone.
  const known = value === '' || options.some((option) => option.value === value) ? [] : [{ value, label: value }]
  return (
    <Select
      inline
      className="max-w-52"
      aria-label={label}
      value={value}
      options={[{ value: '', label: all }, ...options, ...known]}
      onChange={(event) => onChoose(event.currentTarget.value)}
    />
  )
}
