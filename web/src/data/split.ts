/**
 * Rows put aside for testing, the same that scikit-learn's `train_test_split` puts aside.
 *
 * So a copied script trains on the page's rows: it draws from the same generator in the same order
 * (sklearn.model_selection.StratifiedShuffleSplit, ShuffleSplit, extmath._approximate_mode).
 */
export interface Permuting {
  /** numpy's RandomState.permutation(n). */
  permutation(n: number): ArrayLike<number>;
}

export interface Split {
  train: Int32Array;
  test: Int32Array;
}

/** No test rows where a class is too rare to be on both sides. `classes` is null for numbers to predict. */
export function split(n: number, classes: ArrayLike<number> | null, testShare: number, random: () => Permuting): Split {
  const nTest = Math.ceil(testShare * n);
  const nTrain = n - nTest;
  const all = (): Split => ({ train: Int32Array.from({ length: n }, (_, i) => i), test: new Int32Array() });
  if (testShare === 0 || nTest < 1 || nTrain < 1) return all();
  if (classes === null) {
    const order = random().permutation(n);
    return { test: picked(order, 0, nTest), train: picked(order, nTest, n) };
  }
  const members: number[][] = [];
  for (let i = 0; i < n; i++) (members[classes[i]!] ??= []).push(i);
  const counts = members.map((rows) => rows.length);
  if (Math.min(...counts) < 2 || counts.length > Math.min(nTest, nTrain)) return all();
  return stratified(members, nTrain, nTest, random());
}

function stratified(members: readonly number[][], nTrain: number, nTest: number, random: Permuting): Split {
  const counts = members.map((rows) => rows.length);
  const trained = shares(counts, nTrain, random);
  const tested = shares(counts.map((count, i) => count - trained[i]!), nTest, random);
  const train: number[] = [];
  const test: number[] = [];
  members.forEach((rows, i) => {
    const order = Array.from(random.permutation(rows.length), (at) => rows[at]!);
    train.push(...order.slice(0, trained[i]));
    test.push(...order.slice(trained[i], trained[i]! + tested[i]!));
  });
  const shuffled = (rows: number[]): Int32Array => Int32Array.from(random.permutation(rows.length), (at) => rows[at]!);
  return { train: shuffled(train), test: shuffled(test) };
}

/** How many of each class, so that there are `draws` in all and shares as near as can be. */
function shares(counts: readonly number[], draws: number, random: Permuting): number[] {
  const total = counts.reduce((sum, count) => sum + count, 0);
  const wanted = counts.map((count) => (count / total) * draws);
  const given = wanted.map(Math.floor);
  let missing = draws - given.reduce((sum, count) => sum + count, 0);
  const remainders = wanted.map((share, i) => share - given[i]!);
  for (const remainder of [...new Set(remainders)].sort((a, b) => b - a)) {
    if (missing <= 0) break;
    const alike = remainders.flatMap((one, i) => (one === remainder ? [i] : []));
    const add = Math.min(alike.length, missing);
    const order = random.permutation(alike.length);
    for (let i = 0; i < add; i++) given[alike[order[i]!]!]! += 1;
    missing -= add;
  }
  return given;
}

function picked(order: ArrayLike<number>, from: number, to: number): Int32Array {
  return Int32Array.from({ length: to - from }, (_, i) => order[from + i]!);
}

/** Fold of each row for a cross-validation; classes are spread over all folds. */
export function folds(n: number, classes: ArrayLike<number> | null, k: number, random: Permuting): Int32Array {
  const order = random.permutation(n);
  const fold = new Int32Array(n);
  const dealt: number[] = [];
  let next = 0;
  for (let i = 0; i < n; i++) {
    const row = order[i]!;
    if (classes === null) fold[row] = next++ % k;
    else {
      const already = (dealt[classes[row]!] ??= 0);
      fold[row] = (already + classes[row]!) % k;
      dealt[classes[row]!] = already + 1;
    }
  }
  return fold;
}
