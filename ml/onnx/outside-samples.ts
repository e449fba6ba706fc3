import golden from '../fixtures/golden-import.json' with { type: 'json' }
import { type OutsideNodeSpec, outsideFile } from './outside/testing'

/** scikit-learn models of ml/fixtures/golden-import.py as their exporters write them; what the answers must be is beside them. */

const ml = 'ai.onnx.ml'
const flat = (rows: readonly (readonly number[])[]) => rows.flat()
const negated = (row: readonly number[]) => row.map((value) => -value)

/** LogisticRegression, by skl2onnx with its default options: LinearClassifier, Normalizer, ZipMap. */
export const linearFile = () =>
  outsideFile({
    producer: 'skl2onnx',
    opsets: [
      [ml, 1],
      ['', 9],
    ],
    inputs: [{ name: 'float_input', type: 1, dims: ['N', 4] }],
    nodes: [
      {
        op: 'LinearClassifier',
        in: ['float_input'],
        out: ['label', 'probability_tensor'],
        domain: ml,
        attributes: {
          classlabels_strings: { texts: golden.linear.classes },
          coefficients: { floats: flat(golden.linear.coef) },
          intercepts: { floats: golden.linear.intercept },
          multi_class: { int: 1 },
          post_transform: { text: 'SOFTMAX' },
        },
      },
      { op: 'Normalizer', in: ['probability_tensor'], out: ['probabilities'], domain: ml, attributes: { norm: { text: 'L1' } } },
      { op: 'Identity', in: ['label'], out: ['output_label'] },
      {
        op: 'ZipMap',
        in: ['probabilities'],
        out: ['output_probability'],
        domain: ml,
        attributes: { classlabels_strings: { texts: golden.linear.classes } },
      },
    ],
    outputs: [
      { name: 'output_label', type: 8, dims: ['N'] },
      { name: 'output_probability', zip: 'text' },
    ],
  })

type Tree = { feature: number[]; threshold: number[]; left: number[]; right: number[] }

/** The nodes_* attributes of a forest. */
function nodesOf(trees: readonly Tree[]) {
  const each = <T>(pick: (tree: Tree, node: number, id: number) => T) =>
    trees.flatMap((tree, id) => tree.feature.map((_, node) => pick(tree, node, id)))
  const isLeaf = (tree: Tree, node: number) => tree.left[node] === -1
  return {
    nodes_treeids: { ints: each((_, __, id) => id) },
    nodes_nodeids: { ints: each((_, node) => node) },
    nodes_featureids: { ints: each((tree, node) => Math.max(0, tree.feature[node] ?? 0)) },
    nodes_values: { floats: each((tree, node) => (isLeaf(tree, node) ? 0 : (tree.threshold[node] ?? 0))) },
    nodes_modes: { texts: each((tree, node) => (isLeaf(tree, node) ? 'LEAF' : 'BRANCH_LEQ')) },
    nodes_truenodeids: { ints: each((tree, node) => Math.max(0, tree.left[node] ?? 0)) },
    nodes_falsenodeids: { ints: each((tree, node) => Math.max(0, tree.right[node] ?? 0)) },
    nodes_missing_value_tracks_true: { ints: each(() => 0) },
    nodes_hitrates: { floats: each(() => 1) },
  }
}

const leavesOf = (trees: readonly Tree[]) =>
  trees.flatMap((tree, id) => tree.left.flatMap((left, node) => (left === -1 ? [{ id, node }] : [])))

/** RandomForestClassifier of two classes 0 and 1: TreeEnsembleClassifier, the label cast, ZipMap with whole numbers. */
export const forestFile = ({ isZipped = true, hasOddLabels = false } = {}) => {
  const { trees, classes } = golden.forest
  // of two classes skl2onnx writes the share of the second only; with both, the runtimes call nearly every row the second
  const leaves = leavesOf(trees).flatMap((leaf) => (hasOddLabels ? [0, 1] : [1]).map((k) => ({ ...leaf, k })))
  const weights = leaves.map(({ id, node, k }) => (trees[id]?.values[node]?.[k] ?? 0) / trees.length)
  const zip: OutsideNodeSpec = {
    op: 'ZipMap',
    in: ['probabilities'],
    out: ['output_probability'],
    domain: ml,
    attributes: { classlabels_int64s: { ints: classes } },
  }
  return outsideFile({
    producer: 'skl2onnx',
    opsets: [
      ['', 17],
      [ml, 3],
    ],
    inputs: [{ name: 'X', type: 1, dims: ['N', 4] }],
    nodes: [
      {
        op: 'TreeEnsembleClassifier',
        in: ['X'],
        out: ['label', 'probabilities'],
        domain: ml,
        attributes: {
          ...nodesOf(trees),
          class_treeids: { ints: leaves.map(({ id }) => id) },
          class_nodeids: { ints: leaves.map(({ node }) => node) },
          class_ids: { ints: leaves.map(({ k }) => (hasOddLabels ? k : 0)) },
          class_weights: { floats: weights },
          classlabels_int64s: { ints: classes },
          post_transform: { text: 'NONE' },
        },
      },
      { op: 'Cast', in: ['label'], out: ['output_label'], attributes: { to: { int: 7 } } },
      ...(isZipped ? [zip] : []),
    ],
    outputs: [
      { name: 'output_label', type: 7, dims: ['N'] },
      isZipped ? { name: 'output_probability', zip: 'int' } : { name: 'probabilities', type: 1, dims: ['N', 2] },
    ],
  })
}

/** RandomForestRegressor: TreeEnsembleRegressor. */
export const regressorFile = () => {
  const { trees } = golden.trees
  const leaves = leavesOf(trees)
  return outsideFile({
    producer: 'skl2onnx',
    inputs: [{ name: 'X', type: 1, dims: ['N', 4] }],
    nodes: [
      {
        op: 'TreeEnsembleRegressor',
        in: ['X'],
        out: ['variable'],
        domain: ml,
        attributes: {
          ...nodesOf(trees),
          target_treeids: { ints: leaves.map(({ id }) => id) },
          target_nodeids: { ints: leaves.map(({ node }) => node) },
          target_ids: { ints: leaves.map(() => 0) },
          target_weights: { floats: leaves.map(({ id, node }) => (trees[id]?.values[node] ?? 0) / trees.length) },
          n_targets: { int: 1 },
          post_transform: { text: 'NONE' },
        },
      },
    ],
    outputs: [{ name: 'variable', type: 1, dims: ['N', 1] }],
  })
}

/** A network as torch.onnx writes it: Gemm, Relu, Gemm, and a Softmax or none. Doc strings name files of the machine. */
export const networkFile = ({ ending = 'Softmax' as 'Softmax' | 'none', batch = 'batch_size' as string | number } = {}) => {
  const { weights, biases, classes } = golden.mlp
  const [first = [], second = []] = weights
  const transposed = (rows: readonly (readonly number[])[]) => (rows[0] ?? []).map((_, k) => rows.map((row) => row[k] ?? 0))
  const gemm = (input: string, layer: string, out: string): OutsideNodeSpec => ({
    op: 'Gemm',
    in: [input, `${layer}.weight`, `${layer}.bias`],
    out: [out],
    attributes: { alpha: { float: 1 }, beta: { float: 1 }, transB: { int: 1 } },
    doc: '/home/someone/secret-project/train.py(42): forward',
  })
  return outsideFile({
    producer: 'pytorch',
    opsets: [['', 17]],
    inputs: [{ name: 'input', type: 1, dims: [batch, 4] }],
    tensors: [
      { name: 'fc1.weight', dims: [6, 4], floats: flat(transposed(first)) },
      { name: 'fc1.bias', dims: [6], floats: biases[0] ?? [] },
      { name: 'fc2.weight', dims: [classes.length, 6], floats: flat(transposed(second)) },
      { name: 'fc2.bias', dims: [classes.length], floats: biases[1] ?? [] },
    ],
    nodes: [
      gemm('input', 'fc1', '/fc1/Gemm_output_0'),
      { op: 'Relu', in: ['/fc1/Gemm_output_0'], out: ['/relu/Relu_output_0'] },
      gemm('/relu/Relu_output_0', 'fc2', ending === 'none' ? 'output' : 'logits'),
      ...(ending === 'none' ? [] : [{ op: 'Softmax', in: ['logits'], out: ['output'], attributes: { axis: { int: 1 } } }]),
    ],
    outputs: [{ name: 'output', type: 1, dims: [batch, classes.length] }],
  })
}

/** CountVectorizer and LogisticRegression of two classes on one text: Tokenizer, TfIdfVectorizer, LinearClassifier. */
export const textFile = () => {
  const { terms, classes, coef, intercept } = golden.text
  return outsideFile({
    producer: 'skl2onnx',
    opsets: [
      ['', 15],
      [ml, 1],
      ['com.microsoft', 1],
    ],
    inputs: [{ name: 'text', type: 8, dims: ['N', 1] }],
    tensors: [{ name: 'shape_tensor', dims: [1], ints: [-1] }],
    nodes: [
      { op: 'Reshape', in: ['text', 'shape_tensor'], out: ['flattened'] },
      {
        op: 'Tokenizer',
        in: ['flattened'],
        out: ['tokenized'],
        domain: 'com.microsoft',
        attributes: { mark: { int: 0 }, mincharnum: { int: 1 }, pad_value: { text: '#' }, tokenexp: { text: '[a-zA-Z]+' } },
      },
      {
        op: 'TfIdfVectorizer',
        in: ['tokenized'],
        out: ['counts'],
        attributes: {
          max_gram_length: { int: 1 },
          max_skip_count: { int: 0 },
          min_gram_length: { int: 1 },
          mode: { text: 'TF' },
          ngram_counts: { ints: [0] },
          ngram_indexes: { ints: terms.map((_, k) => k) },
          pool_strings: { texts: terms },
        },
      },
      {
        op: 'LinearClassifier',
        in: ['counts'],
        out: ['label', 'probabilities'],
        domain: ml,
        attributes: {
          classlabels_strings: { texts: classes },
          coefficients: { floats: [...negated(coef[0] ?? []), ...(coef[0] ?? [])] },
          intercepts: { floats: [...negated(intercept), ...intercept] },
          multi_class: { int: 1 },
          post_transform: { text: 'LOGISTIC' },
        },
      },
    ],
    outputs: [
      { name: 'label', type: 8, dims: ['N'] },
      { name: 'probabilities', type: 1, dims: ['N', 2] },
    ],
  })
}

/** ColumnTransformer: an input a column, float, int64 and string; one-hot; LogisticRegression. */
export const mixedFile = () => {
  const { plans, coef, intercept } = golden.mixed
  return outsideFile({
    producer: 'skl2onnx',
    inputs: [
      { name: 'age', type: 1, dims: ['N', 1] },
      { name: 'visits', type: 7, dims: ['N', 1] },
      { name: 'plan', type: 8, dims: ['N', 1] },
    ],
    nodes: [
      { op: 'Cast', in: ['visits'], out: ['visits_float'], attributes: { to: { int: 1 } } },
      {
        op: 'OneHotEncoder',
        in: ['plan'],
        out: ['one_hot'],
        domain: ml,
        attributes: { cats_strings: { texts: plans }, zeros: { int: 1 } },
      },
      { op: 'Reshape', in: ['one_hot', 'wide'], out: ['encoded'] },
      { op: 'Concat', in: ['age', 'visits_float', 'encoded'], out: ['features'], attributes: { axis: { int: 1 } } },
      {
        op: 'LinearClassifier',
        in: ['features'],
        out: ['label', 'probability_tensor'],
        domain: ml,
        attributes: {
          classlabels_ints: { ints: [0, 1] },
          coefficients: { floats: [...negated(coef[0] ?? []), ...(coef[0] ?? [])] },
          intercepts: { floats: [...negated(intercept), ...intercept] },
          multi_class: { int: 1 },
          post_transform: { text: 'LOGISTIC' },
        },
      },
    ],
    tensors: [{ name: 'wide', dims: [2], ints: [-1, 3] }],
    outputs: [
      { name: 'label', type: 7, dims: ['N'] },
      { name: 'probability_tensor', type: 1, dims: ['N', 2] },
    ],
  })
}

export { golden }
