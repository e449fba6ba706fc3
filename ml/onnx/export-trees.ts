import { smallestShare, type TreeEnsemble, wordsPerSet } from '#ml/models/trees'
import type { FeatureTensors } from './export-features'
import type { GraphBuilder } from './graph-builder'

/**
 * Trees as one TreeEnsembleRegressor over [N, terms]. That operator knows no sets of codes, so a split by a set becomes one by a 0/1 column
 * that is looked up from the code, one such column per set.
 */
export function exportTrees(graph: GraphBuilder, model: TreeEnsemble, features: FeatureTensors): string {
  const dense = features.dense()
  const memberships = addMemberships(graph, model, dense)
  const all = memberships.length === 0 ? dense : graph.add('Concat', [dense, ...memberships.map(({ column }) => column)], { axis: 1 })
  const columnOfSet = new Map<number, number>()
  let next = model.terms
  for (const { sets } of memberships) for (const set of sets) columnOfSet.set(set, next++)
  const sums = graph.add('TreeEnsembleRegressor', [all], treeAttributes(model, columnOfSet), 'ai.onnx.ml')
  if (model.link === 'log') return graph.add('Log', [graph.add('Max', [sums, graph.float(smallestShare)])])
  return model.link === 'exp' ? graph.add('Exp', [sums]) : sums
}

/** For each term that is split by sets: [N, sets of the term], 1 where the row's code goes left. */
function addMemberships(graph: GraphBuilder, model: TreeEnsemble, dense: string): { sets: number[]; column: string }[] {
  const setsOfTerm = new Map<number, number[]>()
  const missingLeft = new Map<number, number>()
  for (const [node, set] of model.set.entries()) {
    if (set < 0) continue
    const term = model.feature[node] ?? 0
    const known = setsOfTerm.get(term)
    if (known) known.push(set)
    else setsOfTerm.set(term, [set])
    missingLeft.set(set, model.missingLeft[node] ?? 0)
  }
  return [...setsOfTerm].map(([term, sets]) => {
    const codes = wordsPerSet * 32
    // The last row is that of a missing code.
    const table = new Float32Array((codes + 1) * sets.length)
    for (const [i, set] of sets.entries()) {
      for (let code = 0; code < codes; code++)
        table[code * sets.length + i] = ((model.sets[set * wordsPerSet + (code >> 5)] ?? 0) >>> (code & 31)) & 1
      table[codes * sets.length + i] = missingLeft.get(set) ?? 0
    }
    const values = graph.add('Gather', [dense, graph.int(term)], { axis: 1 })
    const code = graph.add('Where', [graph.add('IsNaN', [values]), graph.float(codes), values])
    const column = graph.add('Gather', [graph.constant([codes + 1, sets.length], table), graph.add('Cast', [code], { to: 7 })])
    return { sets, column }
  })
}

type Lists = Record<
  'trees' | 'ids' | 'features' | 'trueIds' | 'falseIds' | 'missingTrue' | 'leafTrees' | 'leafIds' | 'targets',
  number[]
> & {
  modes: string[]
  thresholds: number[]
  weights: number[]
}

function treeAttributes(model: TreeEnsemble, columnOfSet: ReadonlyMap<number, number>) {
  const lists: Lists = {
    trees: [],
    ids: [],
    features: [],
    trueIds: [],
    falseIds: [],
    missingTrue: [],
    leafTrees: [],
    leafIds: [],
    targets: [],
    modes: [],
    thresholds: [],
    weights: [],
  }
  for (const [tree, root] of model.roots.entries()) addTree(model, tree, root, columnOfSet, lists)
  return {
    nodes_treeids: { ints: lists.trees },
    nodes_nodeids: { ints: lists.ids },
    nodes_featureids: { ints: lists.features },
    nodes_modes: { strings: lists.modes },
    nodes_values: { floats: lists.thresholds },
    nodes_truenodeids: { ints: lists.trueIds },
    nodes_falsenodeids: { ints: lists.falseIds },
    nodes_missing_value_tracks_true: { ints: lists.missingTrue },
    target_treeids: { ints: lists.leafTrees },
    target_nodeids: { ints: lists.leafIds },
    target_ids: { ints: lists.targets },
    target_weights: { floats: lists.weights },
    base_values: { floats: model.base },
    n_targets: model.outputs,
  }
}

/** Adds a tree, root first; numbers its nodes from 0. */
function addTree(model: TreeEnsemble, tree: number, root: number, columnOfSet: ReadonlyMap<number, number>, lists: Lists): void {
  let nodes = 0
  const visit = (node: number): number => {
    const id = nodes++
    const at = lists.ids.push(id) - 1
    lists.trees.push(tree)
    if (node < 0) {
      pushNode(lists, { feature: 0, mode: 'LEAF', threshold: 0, missingTrue: 0 })
      addLeaf(model, tree, ~node, id, lists)
      return id
    }
    const set = model.set[node] ?? -1
    const missingTrue = model.missingLeft[node] ?? 0
    // A set's column holds 1 for "left", so there 0 is the true side of "at most a half": the children change places.
    if (set < 0)
      pushNode(lists, { feature: model.feature[node] ?? 0, mode: 'BRANCH_LEQ', threshold: model.threshold[node] ?? 0, missingTrue })
    else pushNode(lists, { feature: columnOfSet.get(set) ?? 0, mode: 'BRANCH_LEQ', threshold: 0.5, missingTrue: 0 })
    const [left, right] = [model.left[node] ?? 0, model.right[node] ?? 0]
    lists.trueIds[at] = visit(set < 0 ? left : right)
    lists.falseIds[at] = visit(set < 0 ? right : left)
    return id
  }
  visit(root)
}

function pushNode(
  lists: Lists,
  { feature, mode, threshold, missingTrue }: { feature: number; mode: string; threshold: number; missingTrue: number },
): void {
  lists.features.push(feature)
  lists.modes.push(mode)
  lists.thresholds.push(threshold)
  lists.missingTrue.push(missingTrue)
  lists.trueIds.push(0)
  lists.falseIds.push(0)
}

function addLeaf({ target, outputs, values }: TreeEnsemble, tree: number, leaf: number, id: number, lists: Lists): void {
  const push = (output: number, value: number) => {
    lists.leafTrees.push(tree)
    lists.leafIds.push(id)
    lists.targets.push(output)
    lists.weights.push(value)
  }
  if (target) push(target[tree] ?? 0, values[leaf] ?? 0)
  else for (let k = 0; k < outputs; k++) push(k, values[leaf * outputs + k] ?? 0)
}
