/**
 * Two models compared over the folds of a cross-validation, as `moonlet.study.paired` does it.
 *
 * Nadeau and Bengio, "Inference for the generalization error", Machine Learning 52, 2003, section 3:
 * folds share most of their training rows, so 1 / k becomes 1 / k + n_valid / n_train.
 */
export interface Paired {
  difference: number;
  /** NaN where the folds do not tell it. */
  standardError: number;
  /** Of 95 %. */
  interval: [number, number];
}

/** Student's t at 97.5 % for 1, 2, … degrees of freedom. */
const T_975 = [
  12.706204736, 4.30265273, 3.182446305, 2.776445105, 2.570581836, 2.446911851, 2.364624252, 2.306004135,
  2.262157163, 2.228138852, 2.20098516, 2.17881283, 2.160368656, 2.144786688,
];

/** What the folds of all further cuts together add to the degrees of freedom. */
const OF_FURTHER_CUTS = 2;

export function pairedTest(differences: readonly number[], nTrain: number, nValid: number): Paired {
  const k = differences.length;
  const mean = differences.reduce((sum, one) => sum + one, 0) / k;
  const variance = k > 1 ? differences.reduce((sum, one) => sum + (one - mean) ** 2, 0) / (k - 1) : 0;
  // Equal differences differ in their last digits; and no differences are no certainty.
  if (!(variance > (1e-12 * mean) ** 2)) return { difference: mean, standardError: NaN, interval: [-Infinity, Infinity] };
  const standardError = Math.sqrt((1 / k + nValid / nTrain) * variance);
  // Further cuts of the same rows tell less than their number of folds says.
  const foldsOfACut = Math.round((nTrain + nValid) / nValid);
  const freedom = Math.max(1, Math.min(k - 1, foldsOfACut + OF_FURTHER_CUTS - 1));
  const t = T_975[freedom - 1];
  if (t === undefined) throw new RangeError(`no more than ${T_975.length} degrees of freedom. Got ${freedom}.`);
  return { difference: mean, standardError, interval: [mean - t * standardError, mean + t * standardError] };
}

/**
 * Which size is enough: the smallest that the best one does not surpass by more than a standard error.
 *
 * `losses` are those of each size, fold by fold; the first row is the straight line's. No size is
 * recommended unless the interval of the best one's gain over the line lies above 0.
 */
export function judge(
  losses: readonly (readonly number[])[],
  nTrain: number,
  nValid: number,
): { enough: number; best: number; gain: Paired; beatsLine: boolean } {
  const mean = losses.map((row) => row.reduce((sum, one) => sum + one, 0) / row.length);
  const networks = mean.slice(1);
  const best = 1 + networks.indexOf(Math.min(...networks));
  const against = (i: number): Paired =>
    pairedTest(losses[i]!.map((loss, fold) => loss - losses[best]![fold]!), nTrain, nValid);
  const gain = against(0);
  const beatsLine = gain.interval[0] > 0;
  const within = (i: number): boolean => {
    const worse = against(i);
    return i === best || (Number.isFinite(worse.standardError) ? worse.difference <= worse.standardError : worse.difference <= 0);
  };
  const enough = beatsLine ? losses.findIndex((_, i) => i > 0 && within(i)) : 0;
  return { enough, best, gain, beatsLine };
}
