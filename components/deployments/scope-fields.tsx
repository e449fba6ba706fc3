import { type KeyAction, keyActions, keyActionWords } from '#core/keys/key-actions'

/** Which deployments a key may call; null is all. */
export function DeploymentScope({
  names,
  scope,
  onChange,
}: {
  names: readonly string[]
  scope: readonly string[] | null
  onChange(scope: string[] | null): void
}) {
  return (
    <fieldset className="col gap-1!">
      <legend className="sm med t2 mb-1">May call</legend>
      <label className="row">
        <input type="radio" name="scope" checked={scope === null} onChange={() => onChange(null)} /> all deployments, those to come included
      </label>
      <label className="row">
        <input
          type="radio"
          name="scope"
          checked={scope !== null}
          disabled={names.length === 0}
          onChange={() => onChange(names.slice(0, 1))}
        />{' '}
        only these
      </label>
      {scope
        ? names.map((name) => (
            <label key={name} className="row pl-5">
              <input type="checkbox" checked={scope.includes(name)} onChange={() => onChange(toggled(scope, name))} /> {name}
            </label>
          ))
        : null}
    </fieldset>
  )
}

/** What a key may do there; null is everything. */
export function ActionScope({ actions, onChange }: { actions: readonly KeyAction[] | null; onChange(actions: KeyAction[] | null): void }) {
  return (
    <fieldset className="col gap-1!">
      <legend className="sm med t2 mb-1">May do</legend>
      <label className="row">
        <input type="radio" name="actions" checked={actions === null} onChange={() => onChange(null)} /> everything
      </label>
      <label className="row">
        <input type="radio" name="actions" checked={actions !== null} onChange={() => onChange(['predict', 'describe'])} /> a part of it
      </label>
      {actions
        ? keyActions.map((action) => (
            <label key={action} className="row pl-5">
              <input type="checkbox" checked={actions.includes(action)} onChange={() => onChange(toggled(actions, action))} />{' '}
              {keyActionWords[action]}
            </label>
          ))
        : null}
    </fieldset>
  )
}

function toggled<T>(all: readonly T[], one: T): T[] {
  return all.includes(one) ? all.filter((each) => each !== one) : [...all, one]
}
