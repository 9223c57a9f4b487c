// The gradient of a network of one hidden layer, few inputs and one output, in one sweep over the
// samples: what the tutorial's network is. The hidden deltas stay in registers.
//
//   dL/dw_k = sum_s a_ks d_s     dL/db_k = w_k sum_s e_ks     dL/dW_jk = w_k sum_s x_js e_ks,
//   e_ks = d_s f'(z_ks)
//
// The output weight w_k stands before the sum, so that no sample is multiplied by it.
#pragma once

#include "lanes.h"
#include "network.h"

namespace moonlet::MOONLET_LEVEL {

inline constexpr Index kFewInputs = 4;

// `units` hidden units side by side: their accumulators, inputs + 2 each, fit the registers.
#if defined(__AVX512F__)
constexpr int units_at_once(int inputs) { return inputs <= 2 ? 4 : 3; }
#else
constexpr int units_at_once(int) { return 1; }
#endif

template <class T>
struct HiddenLayer {
  Index fan_in, fan_out, stride;
  const T *X, *A, *D, *w;
  T *dw, *dW, *db;
};

template <class T, int inputs, int units, class Times>
INLINE void hidden_gradient_block(const HiddenLayer<T>& at, Index unit, Times times) {
  Lanes<T> top[units], bias[units], low[inputs][units];
#pragma GCC unroll 4
  for (int u = 0; u < units; ++u) {
    top[u] = bias[u] = broadcast_lanes<T>(0);
#pragma GCC unroll 4
    for (int j = 0; j < inputs; ++j) low[j][u] = broadcast_lanes<T>(0);
  }
  for (Index s = 0; s < at.stride; s += kLaneCount<T>) {
    const Lanes<T> d = load_lanes(at.D + s);
    Lanes<T> x[inputs];
#pragma GCC unroll 4
    for (int j = 0; j < inputs; ++j) x[j] = load_lanes(at.X + j * at.stride + s);
#pragma GCC unroll 4
    for (int u = 0; u < units; ++u) {
      const Lanes<T> a = load_lanes(at.A + (unit + u) * at.stride + s);
      const Lanes<T> e = each(times, a, d);
      top[u] = fma(a, d, top[u]);
      bias[u] = each([](auto p, auto q) { return p + q; }, bias[u], e);
#pragma GCC unroll 4
      for (int j = 0; j < inputs; ++j) low[j][u] = fma(x[j], e, low[j][u]);
    }
  }
#pragma GCC unroll 4
  for (int u = 0; u < units; ++u) {
    const Index k = unit + u;
    at.dw[k] += sum(top[u]);
    at.db[k] += at.w[k] * sum(bias[u]);
#pragma GCC unroll 4
    for (int j = 0; j < inputs; ++j) at.dW[j * at.fan_out + k] += at.w[k] * sum(low[j][u]);
  }
}

template <class T, int inputs, int units, class Times>
INLINE void hidden_gradient_units(const HiddenLayer<T>& at, Index unit, Times times) {
  for (; unit + units <= at.fan_out; unit += units) hidden_gradient_block<T, inputs, units>(at, unit, times);
  if constexpr (units > 1)
    if (unit < at.fan_out) hidden_gradient_units<T, inputs, units - 1>(at, unit, times);
}

// `times(a, d)` is d f'(z), from a = f(z).
template <class T, int inputs, class Times>
INLINE void hidden_gradient(const HiddenLayer<T>& at, Times times) {
  if constexpr (inputs > 0) {
    if (at.fan_in == inputs)
      hidden_gradient_units<T, inputs, units_at_once(inputs)>(at, 0, times);
    else
      hidden_gradient<T, inputs - 1>(at, times);
  }
}

}  // namespace moonlet::MOONLET_LEVEL
