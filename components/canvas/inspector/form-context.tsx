'use client'

import { type ComponentType, createContext, type ReactNode, useContext } from 'react'
import type { Column } from '#core/ports/columns'
import type { ParamField } from './describe-param.ts'

/** What every control gets: its param, its value, and how to change it. */
export type ControlProps = {
  field: ParamField
  /** Dotted name from the params of the stage. */
  path: string
  value: unknown
  /** Whether the value was set, or is the default. */
  isSet: boolean
  onChange(value: unknown): void
}

/** What stands around a control. */
export type Frame = { label: string; error: string | null; help: ReactNode }

/** What the controls of one stage's form need to know. */
export type FormContextValue = {
  stage: string
  /** Columns of each table input, as far as they are known. */
  columns: Readonly<Record<string, readonly Column[] | undefined>>
  /** The first table input. */
  firstTable: string | null
  /** Sentences by dotted param, from the checks of the stage. */
  problems: ReadonlyMap<string, string>
  /** Why nothing may be changed, or null. */
  locked: string | null
  /** Draws one param. Forms hold controls and controls hold forms: the form gets it from here. */
  Control: ComponentType<ControlProps>
}

const FormContext = createContext<FormContextValue | null>(null)
export const FormProvider = FormContext.Provider

export function useForm(): FormContextValue {
  const form = useContext(FormContext)
  if (!form) throw new Error('useForm is used outside a form.')
  return form
}
