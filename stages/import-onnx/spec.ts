import { z } from 'zod'
import { answerKinds, modelFileRefSchema } from '#core/model/model-file-ref'
import { checkColumn, checkColumns, listWords } from '../column-checks'
import { defineStage } from '../define'

/** Makes a model of an .onnx file that was trained elsewhere. */
export const importOnnx = defineStage({
  type: 'import-onnx',
  version: 1,
  title: 'Import ONNX',
  summary: 'Takes over a model that was trained elsewhere: scikit-learn, PyTorch, LightGBM, XGBoost',
  category: 'learn',
  icon: 'package-plus',
  keywords: ['onnx', 'import', 'upload', 'model', 'skl2onnx', 'pytorch', 'tensorflow', 'keras', 'lightgbm', 'xgboost', 'scikit-learn'],
  params: z.object({
    file: modelFileRefSchema.nullable().default(null).meta({
      title: 'Model file',
      description: 'An .onnx file with all its weights inside, at most 256 MB.',
      example: 'churn.onnx',
      control: 'onnx-file',
    }),
    columns: z.array(z.string()).default([]).meta({
      title: 'Columns',
      description: 'In the order in which the model was trained on them. None: each input reads the column of its own name.',
      example: 'age, income, tenure',
      control: 'columns',
      of: 'sample',
    }),
    answer: z.enum(answerKinds).default('automatic').meta({
      title: 'What the numbers are',
      description: 'Logits become probabilities by a softmax, a single one by a sigmoid. Automatic asks the file and the sample.',
      example: 'automatic',
    }),
    classes: z.array(z.string()).default([]).meta({
      title: 'Class names',
      description: 'In the order of the scores. None: as the file names them.',
      example: 'stays, leaves',
    }),
    target: z.string().default('').meta({
      title: 'Column with the right answers',
      description: 'If the sample has it, the model is measured. A model that answers numbers needs it for its prediction interval.',
      example: 'churned',
      control: 'column',
      of: 'sample',
    }),
    name: z
      .string()
      .max(60)
      .default('answer')
      .meta({
        title: 'Name of the answer',
        description: 'What the model predicts, in a word.',
        example: 'churned',
        when: { param: 'target', is: [''] },
      }),
    output: z.string().default('').meta({
      title: 'Output',
      description: 'Which output of the file holds the numbers, where there are several.',
      example: 'probabilities',
      advanced: true,
    }),
  }),
  inputs: { sample: { kind: 'table', label: 'Sample of rows' } },
  outputs: {
    model: { kind: 'model', label: 'Model' },
    report: { kind: 'report', label: 'Import report' },
    evaluation: { kind: 'report', label: 'Evaluation on the sample', optional: true },
  },
  timeoutSeconds: 900,
  describe: ({ file, columns, target }) => {
    if (!file) return 'no file yet'
    return `${file.name}${columns.length > 0 ? ` on ${listWords(columns, 3)}` : ''}${target === '' ? '' : `, measured on ${target}`}`
  },
  columns: () => ({}),
  check: ({ file, columns, target }, { sample }) => [
    ...(file === null ? [{ param: 'file', message: 'Choose an .onnx file.' }] : []),
    ...(columns.length > 0 ? checkColumns('columns', columns, sample, { what: 'columns' }) : []),
    ...(target === '' ? [] : checkColumn('target', target, sample, { what: 'the column with the right answers' })),
    ...(target !== '' && columns.includes(target)
      ? [{ param: 'columns', message: `The column "${target}" holds the right answers; the model cannot read it as well.` }]
      : []),
  ],
})
