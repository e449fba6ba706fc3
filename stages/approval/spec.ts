import { z } from 'zod'
import { roles } from '#core/people/roles'
import { defineStage } from '../define'

/** Holds a model until somebody with the role says yes; the run waits, for days if need be. */
export const approval = defineStage({
  type: 'approval',
  version: 1,
  title: 'Approval',
  summary: 'Waits until a person lets the model pass',
  category: 'flow',
  icon: 'hand',
  keywords: ['wait', 'human', 'sign-off', 'review', 'four eyes'],
  params: z.object({
    question: z.string().min(1).max(500).default('May this model go on?').meta({
      title: 'Question',
      description: 'What the person is asked.',
      example: 'May this model answer customers?',
      control: 'textarea',
    }),
    role: z.enum(roles).default('lead').meta({
      title: 'Who may answer',
      description: 'This role and those above it.',
      example: 'lead',
      control: 'role',
    }),
    hours: z
      .number()
      .positive()
      .max(24 * 90)
      .default(72)
      .meta({ title: 'Wait at most', description: 'After that the default decides.', example: '72', unit: 'hours' }),
    fallback: z.enum(['reject', 'approve']).default('reject').meta({
      title: 'If nobody answers',
      description: 'What happens when the time is up.',
      example: 'reject',
    }),
  }),
  inputs: {
    model: { kind: 'model', label: 'Model' },
    report: { kind: 'report', label: 'Report to judge by', optional: true },
  },
  outputs: { model: { kind: 'model', label: 'Approved model' } },
  describe: ({ role, hours, fallback }) => `${role} or above, ${hoursInWords(hours)}, then ${fallback}`,
  approval: ({ question, role, hours, fallback }) => ({ question, role, hours, fallback }),
})

function hoursInWords(hours: number): string {
  if (hours >= 48) return `${+(hours / 24).toFixed(1)} days`
  return hours >= 1 ? `${+hours.toFixed(1)} h` : `${Math.round(hours * 60)} min`
}
