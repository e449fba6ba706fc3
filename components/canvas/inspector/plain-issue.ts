import type { z } from 'zod'
import type { ParamField } from './describe-param.ts'

/** What is wrong with a value, in one plain sentence with an example; null when nothing is. */
export function plainIssue(field: ParamField, value: unknown): string | null {
  if (value === undefined) return null
  const result = (field.schema as z.ZodType).safeParse(value)
  if (result.success) return null
  const own = result.error.issues.find((issue) => issue.path.length === 0)
  return own ? `${sentenceOf(own)}${field.meta.example ? ` For example ${field.meta.example}.` : ''}` : null
}

function sentenceOf(issue: z.core.$ZodIssue): string {
  switch (issue.code) {
    case 'too_small':
      return smallWords(issue)
    case 'too_big':
      return bigWords(issue)
    case 'invalid_type':
      return typeWords[issue.expected] ?? 'This value does not fit.'
    case 'invalid_value':
      return `One of ${issue.values.join(', ')}.`
    default:
      return /[.!?]$/.test(issue.message) ? issue.message : `${issue.message}.`
  }
}

const typeWords: Record<string, string> = {
  int: 'A whole number.',
  number: 'A number.',
  string: 'A text.',
  boolean: 'On or off.',
  array: 'A list.',
}

function smallWords({ origin, minimum, inclusive }: z.core.$ZodIssueTooSmall): string {
  if (origin === 'array') return Number(minimum) === 1 ? 'Choose at least one.' : `Choose at least ${minimum}.`
  if (origin === 'string') return Number(minimum) === 1 ? 'Write something here.' : `At least ${minimum} characters.`
  return inclusive ? `At least ${minimum}.` : `More than ${minimum}.`
}

function bigWords({ origin, maximum, inclusive }: z.core.$ZodIssueTooBig): string {
  if (origin === 'array') return `At most ${maximum} of them.`
  if (origin === 'string') return `At most ${maximum} characters.`
  return inclusive ? `At most ${maximum}.` : `Less than ${maximum}.`
}
