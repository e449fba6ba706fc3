/** What an edge bundle's `stageline-edge.mjs` offers, and what "Try it in this browser" runs: one file, packed once. */
export { type EdgeAnswer, type EdgeModel, type EdgeModelFiles, openEdgeModel } from './edge-model.ts'
export { type EdgeReports, type EdgeReportsOptions, openEdgeReports, type ReportStore } from './edge-reports.ts'
