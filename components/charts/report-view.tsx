'use client'

import type { Report } from '#core/reports/report'
import { AnonymiseView } from './reports/anonymise'
import { ClassificationView } from './reports/classification'
import { ComparisonView } from './reports/comparison'
import { ContractView } from './reports/contract'
import { CrossValidationView } from './reports/cross-validation'
import { ExplanationView } from './reports/explanation'
import { FairnessView } from './reports/fairness'
import { GateView } from './reports/gate'
import { LabelErrorsView } from './reports/label-errors'
import { LoadView } from './reports/load'
import { RegressionView } from './reports/regression'
import { SearchView } from './reports/search'
import { SlicesView } from './reports/slices'
import { TrainingView } from './reports/training'

/** Draws any report as charts and tables; as wide as what it stands in. */
export function ReportView({ report }: { report: Report }) {
  switch (report.report) {
    case 'classification':
      return <ClassificationView report={report} />
    case 'regression':
      return <RegressionView report={report} />
    case 'cross-validation':
    case 'regression-cross-validation':
      return <CrossValidationView report={report} />
    case 'contract':
      return <ContractView report={report} />
    case 'load':
      return <LoadView report={report} />
    case 'anonymise':
      return <AnonymiseView report={report} />
    case 'gate':
      return <GateView report={report} />
    case 'search':
      return <SearchView report={report} />
    case 'slices':
      return <SlicesView report={report} />
    case 'fairness':
      return <FairnessView report={report} />
    case 'comparison':
      return <ComparisonView report={report} />
    case 'label-errors':
      return <LabelErrorsView report={report} />
    case 'explanation':
      return <ExplanationView report={report} />
    case 'training':
      return <TrainingView report={report} />
  }
}
