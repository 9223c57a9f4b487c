// From the last layer's values Z to the loss, the deltas dL/dZ and the predictions.
//
//   identity   squared error    1/2 sum_i (z_i - y_i)^2                 dz_i = z_i - y_i = e_i
//              absolute error   sum_i |e_i|                             dz_i = sign e_i
//              huber            sum_i dz_i (e_i - dz_i / 2)             dz_i = e_i, cut to ±delta
//              quantile         sum_i e_i dz_i                          dz_i = 1 - q above 0, -q below
//              log_cosh         sum_i log cosh e_i                      dz_i = tanh e_i
//   exp        poisson          sum_i y_i log(y_i / mu_i) - y_i + mu_i  dz_i = mu_i - y_i, mu_i = e^z_i
//   sigmoid    log loss         sum_i log(1 + e^z_i) - y_i z_i          dz_i = p_i - y_i
//   softmax    log loss         log sum_i e^z_i - sum_i y_i z_i         dz_i = p_i - y_i
//
// each weighted, summed over the samples of a tile. How they differ from the textbook's:
//   1. They begin with z and not with the prediction, so that nothing overflows and no logarithm is of a
//      probability that was rounded to 0: log(1 + e^z) = max(z, 0) + log(1 + e^-|z|), and softmax subtracts
//      the largest value first (Blanchard, Higham & Higham 2021, "Accurately computing the log-sum-exp and
//      softmax functions").
//   2. Several outputs are summed, not averaged (docs/decisions/0005).
//   3. A softmax of two classes is the sigmoid of one difference (docs/decisions/0002).
//   4. Where a loss has a corner the slope is 0: what is right already is left alone.
#pragma once

#include <cmath>

#include "functions.h"
#include "network.h"

namespace moonlet::MOONLET_LEVEL {

template <class T, class F>
INLINE Lanes<T> lanes_of(Index at, F f, const T* x, const T* y, const T* w) {
  return each(f, load_lanes(x + at), load_lanes(y + at), load_lanes(w + at));
}

template <class T>
double squared_error(const Tile<T>& tile, Index n_outputs, const T* Z, T* deltas) {
  Lanes<T> total = broadcast_lanes<T>(0);
  for (Index i = 0; i < n_outputs; ++i) {
    const T *z = Z + i * tile.stride, *y = tile.Y + i * tile.stride;
    for (Index s = 0; s < tile.stride; s += kLaneCount<T>) {
      const Lanes<T> error = lanes_of(s, [](auto a, auto b, auto) { return a - b; }, z, y, tile.weight);
      const Lanes<T> weighted =
          each([](auto e, auto w) { return e * w; }, error, load_lanes(tile.weight + s));
      total = fma(error, weighted, total);
      store_lanes(deltas + i * tile.stride + s, weighted);
    }
  }
  return 0.5 * double(sum(total));
}

// A loss that is summed over the outputs, from its slope(z, y) and cost(slope, z, y).
template <class T, class Slope, class Cost>
INLINE double sum_of_losses(const Tile<T>& tile, Index n_outputs, const T* Z, T* deltas, Slope slope,
                            Cost cost) {
  Lanes<T> total = broadcast_lanes<T>(0);
  for (Index i = 0; i < n_outputs; ++i) {
    for (Index s = 0; s < tile.stride; s += kLaneCount<T>) {
      const Index at = i * tile.stride + s;
      const Lanes<T> y = load_lanes(tile.Y + at), w = load_lanes(tile.weight + s);
      // A sample without weight may be anything: infinity times 0 would be NaN.
      const Lanes<T> z =
          each([](auto v, auto weight) { return weight > T(0) ? v : Register<T>{}; }, load_lanes(Z + at), w);
      const Lanes<T> d = each(slope, z, y);
      total = fma(each(cost, d, z, y), w, total);
      store_lanes(deltas + at, each([](auto v, auto weight) { return v * weight; }, d, w));
    }
  }
  return double(sum(total));
}

// Straight lines that meet at no error, where 0 is one of the slopes.
template <class T>
INLINE double lines(const Tile<T>& tile, Index n_outputs, const T* Z, T* deltas, T below, T above) {
  return sum_of_losses(
      tile, n_outputs, Z, deltas,
      [=](auto z, auto y) { return z > y   ? broadcast(above)
                                   : z < y ? broadcast(below)
                                           : Register<T>{}; },
      // Not slope times error: of a z that is NaN the slope is 0.
      [=](auto, auto z, auto y) { return largest(above * (z - y), below * (z - y)); });
}

template <class T>
double absolute_error(const Tile<T>& tile, Index n_outputs, const T* Z, T* deltas) {
  return lines(tile, n_outputs, Z, deltas, T(-1), T(1));
}

template <class T>
double quantile(const Tile<T>& tile, Index n_outputs, const T* Z, T* deltas, T level) {
  return lines(tile, n_outputs, Z, deltas, -level, 1 - level);
}

template <class T>
double huber(const Tile<T>& tile, Index n_outputs, const T* Z, T* deltas, T delta) {
  return sum_of_losses(
      tile, n_outputs, Z, deltas,
      [=](auto z, auto y) { return largest(broadcast(-delta), smallest(broadcast(delta), z - y)); },
      [](auto d, auto z, auto y) { return d * fma(broadcast(T(-0.5)), d, z - y); });
}

// log cosh e, from t = tanh |e|: near 0 -log(1 - t^2) / 2, which keeps the digits of a small e; beyond
// |e| - log 2 + log(1 + e^-2|e|), which never overflows, and e^-2|e| is (1 - t) / (1 + t).
//
// Called, not inlined for each register of the lanes: that is a hundredth of the page's engine.
template <class T>
__attribute__((noinline)) Register<T> log_cosh_of(Register<T> e, Register<T> slope) {
  const Register<T> t = absolute<T>(slope);
  const Register<T> log = log1p<T>(t < T(0.5) ? -t * t : (T(1) - t) / (T(1) + t));
  return t < T(0.5) ? T(-0.5) * log : log + (absolute<T>(e) - T(0.69314718055994531));
}
template <class T>
__attribute__((noinline)) Register<T> log_cosh_slope(Register<T> e) {
  return tanh<T>(e);
}

template <class T>
double log_cosh(const Tile<T>& tile, Index n_outputs, const T* Z, T* deltas) {
  return sum_of_losses(
      tile, n_outputs, Z, deltas, [](auto z, auto y) { return log_cosh_slope<T>(z - y); },
      [](auto d, auto z, auto y) { return log_cosh_of<T>(z - y, d); });
}

// Half the deviance. The mean may overflow: the loss is then infinite or NaN, and training ends.
template <class T>
double poisson(const Tile<T>& tile, Index n_outputs, const T* Z, T* deltas) {
  return sum_of_losses(
      tile, n_outputs, Z, deltas, [](auto z, auto y) { return exp<T>(z) - y; },
      [](auto d, auto z, auto y) { return y > T(0) ? fma(y, log<T>(y) - z, d) : d; });
}

// One sigmoid output, e = e^-|z|: the larger of p and 1 - p is 1 / (1 + e), the smaller e / (1 + e).
//
// With unit weights the logarithms of a lane become one logarithm of a product. It is carried along
// twice: less one, so that small losses keep their digits, and as it is, for large ones.
//
// Of a register of lanes, or of `bytes` of them: one register is done with before the next one is begun,
// for all that is computed on the way would not fit in those that the smaller levels have.
template <class T, int bytes = kLanesBytes>
struct SigmoidSums {
  SigmoidSums<T, bytes / 2> low, high;
};
template <class T>
struct SigmoidSums<T, kRegisterBytes> {
  Register<T> linear = broadcast(T(0));    // of w (max(z, 0) - y z)
  Register<T> logs = broadcast(T(0));      // of w log(1 + e)
  Register<T> product = broadcast(T(1));   // of the 1 / (1 + e)
  Register<T> less_one = broadcast(T(0));  // that product, less one
};

// One of the sums, of all lanes.
template <class T, int bytes>
INLINE Lanes<T, bytes> all_lanes(const SigmoidSums<T, bytes>& sums,
                                 Register<T> SigmoidSums<T, kRegisterBytes>::* one) {
  if constexpr (bytes == kRegisterBytes)
    return {sums.*one};
  else
    return {all_lanes(sums.low, one), all_lanes(sums.high, one)};
}

// Some samples. Their weights are 1 where `weight` is null, and 0 or 1 in a `product`.
template <class T, bool product, int bytes>
INLINE void sigmoid_vector(const T* z, const T* y, const T* weight, T* delta, SigmoidSums<T, bytes>& sums) {
  if constexpr (bytes > kRegisterBytes) {
    constexpr int half = bytes / 2 / int(sizeof(T));
    sigmoid_vector<T, product>(z, y, weight, delta, sums.low);
    sigmoid_vector<T, product>(z + half, y + half, weight ? weight + half : nullptr, delta + half, sums.high);
  } else {
    const auto weighted = [&](Register<T> x) { return weight ? x * load(weight) : x; };
    const Register<T> v = load(z), target = load(y);
    const Power<T> e = power_of_tail<T>(v);
    const Register<T> raised = e.raised(), below = e.below(), share = T(1) / (raised + below);
    const Register<T> small = raised * share, large = below * share;
    store(delta, weighted((v < T(0) ? small : large) - target));
    sums.linear += weighted(fma(-target, v, largest(broadcast(T(0)), v)));
    if constexpr (product) {
      const Register<T> taken = weighted(small);
      sums.less_one = fma(-sums.less_one, taken, sums.less_one - taken);
      sums.product = fma(-sums.product, taken, sums.product);
    } else {
      sums.logs += weighted(log1p<T>(raised / below));
    }
  }
}

template <class T>
double sigmoid_log_loss(const Tile<T>& tile, const T* z, const T* y, T* deltas) {
  using Sums = SigmoidSums<T, kRegisterBytes>;
  SigmoidSums<T> sums;
  Index s = 0;
  if (!tile.unit_weights) {
    for (; s < tile.stride; s += kLaneCount<T>)
      sigmoid_vector<T, false>(z + s, y + s, tile.weight + s, deltas + s, sums);
    return double(sum(all_lanes(sums, &Sums::linear))) + double(sum(all_lanes(sums, &Sums::logs)));
  }
  for (; s + kLaneCount<T> <= tile.count; s += kLaneCount<T>)
    sigmoid_vector<T, true>(z + s, y + s, nullptr, deltas + s, sums);
  for (; s < tile.stride; s += kLaneCount<T>)  // padded
    sigmoid_vector<T, true>(z + s, y + s, tile.weight + s, deltas + s, sums);
  T p[kLaneCount<T>], q[kLaneCount<T>];
  store_lanes(p, all_lanes(sums, &Sums::product));
  store_lanes(q, all_lanes(sums, &Sums::less_one));
  double product[kLaneCount<T>], less_one[kLaneCount<T>];
  for (int i = 0; i < kLaneCount<T>; ++i) product[i] = double(p[i]), less_one[i] = double(q[i]);
  for (int half = kLaneCount<T> / 2; half > 0; half /= 2)
    for (int i = 0; i < half; ++i) {
      product[i] *= product[i + half];
      less_one[i] += less_one[i + half] + less_one[i] * less_one[i + half];
    }
  // The engine's own logarithms: those of the C libraries differ in a last bit.
  const Register<double> last =
      less_one[0] > -0.5 ? log1p<double>(broadcast(less_one[0])) : log<double>(broadcast(product[0]));
  return double(sum(all_lanes(sums, &Sums::linear))) - last[0];
}

template <class T>
double softmax_log_loss(const Tile<T>& tile, Index n_outputs, const T* Z, T* deltas) {
  Lanes<T> total = broadcast_lanes<T>(0);
  for (Index s = 0; s < tile.stride; s += kLaneCount<T>) {
    const T *z = Z + s, *y = tile.Y + s;
    T* d = deltas + s;
    Lanes<T> top = load_lanes(z);
    for (Index i = 1; i < n_outputs; ++i)
      top = each([](auto a, auto b) { return largest(a, b); }, top, load_lanes(z + i * tile.stride));
    Lanes<T> others = broadcast_lanes<T>(0), wanted = broadcast_lanes<T>(0), mass = broadcast_lanes<T>(0);
    for (Index i = 0; i < n_outputs; ++i) {
      const Lanes<T> below = each([](auto a, auto b) { return a - b; }, load_lanes(z + i * tile.stride), top);
      const Lanes<T> e = each([](auto x) { return exp_nonpositive<T>(x); }, below);
      const Lanes<T> target = load_lanes(y + i * tile.stride);
      wanted = fma(target, below, wanted);
      mass = each([](auto a, auto b) { return a + b; }, mass, target);
      others = each([](auto a, auto b) { return a + b; }, others, e);
      store_lanes(d + i * tile.stride, e);
    }
    const Lanes<T> w = load_lanes(tile.weight + s);
    const Lanes<T> scale = each([](auto x) { return T(1) / x; }, others);
    for (Index i = 0; i < n_outputs; ++i)
      store_lanes(d + i * tile.stride,
                  each([](auto e, auto a, auto target, auto weight) { return fma(e, a, -target) * weight; },
                       load_lanes(d + i * tile.stride), scale, load_lanes(y + i * tile.stride), w));
    // `others` counts the largest itself as 1: its logarithm is log1p of the rest.
    const Lanes<T> loss =
        each([](auto a, auto m, auto b) { return fma(log1p<T>(a - T(1)), m, -b); }, others, mass, wanted);
    total = fma(loss, w, total);
  }
  return double(sum(total));
}

template <class T>
double output_loss(const Network& network, const Tile<T>& tile, const T* Z, T* deltas) {
  const Index n_outputs = network.n_outputs();
  if (network.one_logit()) return sigmoid_log_loss(tile, Z, tile.Y + tile.stride, deltas);
  const T parameter = T(network.loss_parameter);
  switch (network.loss) {
    case Loss::squared_error: return squared_error(tile, n_outputs, Z, deltas);
    case Loss::absolute_error: return absolute_error(tile, n_outputs, Z, deltas);
    case Loss::huber: return huber(tile, n_outputs, Z, deltas, parameter);
    case Loss::quantile: return quantile(tile, n_outputs, Z, deltas, parameter);
    case Loss::poisson: return poisson(tile, n_outputs, Z, deltas);
    case Loss::log_cosh: return log_cosh(tile, n_outputs, Z, deltas);
    case Loss::log_loss: break;
  }
  if (network.output == Output::softmax) return softmax_log_loss(tile, n_outputs, Z, deltas);
  double total = 0;
  for (Index i = 0; i < n_outputs; ++i)
    total += sigmoid_log_loss(tile, Z + i * tile.stride, tile.Y + i * tile.stride, deltas + i * tile.stride);
  return total;
}

// ---- predictions ----

template <class T>
void sigmoid_outputs(Index n, const T* z, T* p) {
  for (Index s = 0; s < n; s += kWidth<T>) store(p + s, logistic<T>(load(z + s)));
}

template <class T>
void exp_outputs(Index n, const T* z, T* mean) {
  for (Index s = 0; s < n; s += kWidth<T>) store(mean + s, exp<T>(load(z + s)));
}

// p of class 1 and of class 0 from the difference of their logits, neither as 1 less the other.
template <class T>
void one_logit_outputs(Index stride, const T* z, T* p) {
  for (Index s = 0; s < stride; s += kWidth<T>) {
    const Register<T> logit = load(z + s);
    store(p + s, logistic<T>(-logit));
    store(p + stride + s, logistic<T>(logit));
  }
}

template <class T>
void softmax_outputs(Index stride, Index n_outputs, const T* Z, T* P) {
  for (Index s = 0; s < stride; s += kWidth<T>) {
    Register<T> top = load(Z + s);
    for (Index i = 1; i < n_outputs; ++i) top = largest(top, load(Z + i * stride + s));
    Register<T> total{};
    for (Index i = 0; i < n_outputs; ++i) {
      const Register<T> e = exp_nonpositive<T>(load(Z + i * stride + s) - top);
      total += e;
      store(P + i * stride + s, e);
    }
    for (Index i = 0; i < n_outputs; ++i) store(P + i * stride + s, load(P + i * stride + s) / total);
  }
}

}  // namespace moonlet::MOONLET_LEVEL
