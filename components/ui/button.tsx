import type { ComponentProps, ReactNode } from 'react'
import { cx } from './cx.ts'
import { Tip } from './tip'

export type ButtonProps = Omit<ComponentProps<'button'>, 'disabled'> & {
  kind?: 'default' | 'primary' | 'danger' | 'danger-line' | 'quiet'
  size?: 'sm' | 'md' | 'lg'
  icon?: ReactNode
  /** The cost or effect after the verb: "12 stages, about 40 s". */
  forecast?: ReactNode
  /** Off, and why: the sentence is shown on hover and focus and read aloud. */
  refusal?: string | null | undefined
  /** Off without a reason, for the moment that a request takes. */
  busy?: boolean | undefined
}

/** One button. Off buttons stay visible and focusable, with the reason in words. */
export function Button({
  kind = 'default',
  size = 'md',
  icon,
  forecast,
  refusal,
  busy,
  className,
  children,
  onClick,
  type = 'button',
  ...rest
}: ButtonProps) {
  const off = Boolean(refusal) || Boolean(busy)
  const button = (
    <button
      type={type}
      className={cx(
        'btn',
        size !== 'md' && size,
        kind === 'primary' && 'primary',
        kind === 'danger' && 'danger',
        kind === 'danger-line' && 'danger line',
        kind === 'quiet' && 'quiet',
        refusal && 'off',
        className,
      )}
      aria-disabled={off || undefined}
      // The tip shows it on hover and focus; a reader must hear it also when a scroll has closed the tip.
      aria-description={refusal ?? undefined}
      aria-busy={busy || undefined}
      onClick={off ? (event) => event.preventDefault() : onClick}
      {...rest}
    >
      {icon}
      {children}
      {forecast ? <span className="forecast">{forecast}</span> : null}
    </button>
  )
  return refusal ? <Tip text={refusal}>{button}</Tip> : button
}

/** A square button with an icon only; `label` names it and is its tooltip. */
export function IconButton({
  label,
  quiet,
  size = 'md',
  className,
  children,
  refusal,
  ...rest
}: Omit<ButtonProps, 'kind' | 'icon' | 'forecast'> & { label: string; quiet?: boolean }) {
  return (
    <Tip text={refusal ?? label}>
      <button
        type="button"
        className={cx('btn icon', size !== 'md' && size, quiet && 'quiet', refusal && 'off', className)}
        aria-label={label}
        aria-disabled={refusal ? true : undefined}
        aria-description={refusal ?? undefined}
        {...rest}
        onClick={refusal ? (event) => event.preventDefault() : rest.onClick}
      >
        {children}
      </button>
    </Tip>
  )
}
