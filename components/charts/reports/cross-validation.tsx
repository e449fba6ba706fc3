import type { RegressionCrossValidationReport } from '#core/reports/regression'
import type { CrossValidationReport } from '#core/reports/report'
import { formatScore, formatValue } from '#core/words/format'
import { ClassificationView } from './classification'
import { FoldTable } from './fold-table'
import { RegressionView } from './regression'

/** How the folds agree, then all out-of-fold predictions together. */
export function CrossValidationView({ report }: { report: CrossValidationReport | RegressionCrossValidationReport }) {
  return (
    <div className="col gap-3">
      <FoldTable figures={figuresOf(report)} rows={report.rows} folds={report.folds} />
      <h3 className="semi mt-2">All out-of-fold predictions together</h3>
      {report.report === 'cross-validation' ? <ClassificationView report={report.pooled} /> : <RegressionView report={report.pooled} />}
    </div>
  )
}

function figuresOf(report: CrossValidationReport | RegressionCrossValidationReport) {
  if (report.report === 'regression-cross-validation') {
    return [
      ...(report.r2 ? [{ name: 'R2', spread: report.r2, format: formatScore }] : []),
      { name: 'MAE', spread: report.mae, format: formatValue },
      { name: 'RMSE', spread: report.rmse, format: formatValue },
    ]
  }
  return [
    { name: 'Accuracy', spread: report.accuracy, format: formatScore },
    { name: 'Macro F1', spread: report.macroF1, format: formatScore },
    { name: 'Log loss', spread: report.logLoss, format: formatScore },
    ...(report.rocAuc ? [{ name: 'ROC-AUC', spread: report.rocAuc, format: formatScore }] : []),
  ]
}
