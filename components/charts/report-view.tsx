'use client'

import type { Report } from '#core/reports/report'
import { AnomaliesView } from './reports/anomalies'
import { AnonymiseView } from './reports/anonymise'
import { ClassificationView } from './reports/classification'
import { ClustersView } from './reports/clusters'
import { ComparisonView } from './reports/comparison'
import { ContractView } from './reports/contract'
import { CrossValidationView } from './reports/cross-validation'
import { ExplanationView } from './reports/explanation'
import { FairnessView } from './reports/fairness'
import { FeaturesView } from './reports/features'
import { GateView } from './reports/gate'
import { ImportView } from './reports/import'
import { LabelErrorsView } from './reports/label-errors'
import { LearningCurveView } from './reports/learning-curve'
import { LoadView } from './reports/load'
import { RecommendationView } from './reports/recommendation'
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
    case 'import':
      return <ImportView report={report} />
    case 'features':
      return <FeaturesView report={report} />
    case 'gate':
      return <GateView report={report} />
    case 'recommendation':
      return <RecommendationView report={report} />
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
    case 'learning-curve':
      return <LearningCurveView report={report} />
    case 'explanation':
      return <ExplanationView report={report} />
    case 'clusters':
      return <ClustersView report={report} />
    case 'anomalies':
      return <AnomaliesView report={report} />
    case 'training':
      return <TrainingView report={report} />
  }
}
