import { z } from 'zod'

/** The column that predictions are held against; `of` names the port whose columns are offered. */
export const judgedTarget = z.string().default('').meta({
  title: 'Right answers',
  description: 'The column that the model predicts.',
  example: 'label',
  control: 'column',
})
