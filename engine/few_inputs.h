// The network of few inputs, one hidden layer and one output, which the tutorial's is: forward
// and gradient in one sweep each over the samples, so that hidden values pass through registers.
//
//   z_ks = b_k + sum_j W_jk x_js     a_ks = f(z_ks)     out_s = c + sum_k w_k a_ks
//   dL/dw_k = sum_s a_ks d_s     dL/db_k = w_k sum_s e_ks     dL/dW_jk = w_k sum_s x_js e_ks,
//   e_ks = d_s f'(z_ks)
//
// The output weight w_k stands before the sum, so that no sample is multiplied by it.
#pragma once

#include "activations.h"
#include "lanes.h"
#include "network.h"

namespace moonlet::MOONLET_LEVEL {

template <class T>
struct HiddenLayer {
  Index fan_in, fan_out, stride;
  const T *X, *W, *b, *w;  // w: of the output, with its bias behind
  T largest_input;
  T* A;
};

// What few_inputs.h is for. A two-class softmax has one logit (network.h).
inline bool has_few_inputs(const Network& network) {
  return network.n_layers == 2 && network.n_inputs() <= kFewInputs &&
         (network.one_logit() || network.n_outputs() == 1) && is_classic(network.layers[0].activation);
}

// ---- forward ----

// What the sweep needs of a unit, side by side: `factor` times its bias and weights, and w. True
// when no |factor z| can exceed `most`.
template <class T>
INLINE bool pack_units(const HiddenLayer<T>& at, T factor, T most, T* packed) {
  bool bounded = true;
  for (Index k = 0; k < at.fan_out; ++k) {
    T weights = 0;
    *packed++ = factor * at.b[k];
    for (Index j = 0; j < at.fan_in; ++j) {
      const T weight = factor * at.W[j * at.fan_out + k];
      *packed++ = weight;
      weights += T(__builtin_fabs(weight));
    }
    *packed++ = at.w[k];
    bounded = bounded && T(__builtin_fabs(factor * at.b[k])) + weights * at.largest_input <= most;
  }
  return bounded;
}

// As many as stay registers.
#if defined(__AVX512F__)
inline constexpr int kForwardRegisters = 3;
#else
inline constexpr int kForwardRegisters = 2;
#endif

// `begin(z)` is what `end` makes f(z) of. A unit is begun before the one before it is ended: the
// processor looks ahead too little to find by itself that they do not depend on each other.
template <class T, int inputs, int registers, class Begin, class End>
INLINE void hidden_forward_block(const HiddenLayer<T>& at, const T* unit, Index s, T* out, Begin begin,
                                 End end) {
  Register<T> x[inputs][registers], sums[registers];
#pragma GCC unroll 4
  for (int i = 0; i < registers; ++i) {
    sums[i] = broadcast(at.w[at.fan_out]);
#pragma GCC unroll 4
    for (int j = 0; j < inputs; ++j) x[j][i] = load(at.X + j * at.stride + s + i * kWidth<T>);
  }
  const auto begin_unit = [&](const T* unit, int i) {
    Register<T> z = broadcast(unit[0]);
#pragma GCC unroll 4
    for (int j = 0; j < inputs; ++j) z = fma(broadcast(unit[1 + j]), x[j][i], z);
    return begin(z);
  };
  T* A = at.A + s;
  const auto end_unit = [&](auto half, T w, int i) {
    const Register<T> a = end(half);
    store(A + i * kWidth<T>, a);
    sums[i] = fma(broadcast(w), a, sums[i]);
  };
  decltype(begin(sums[0])) now[registers];
#pragma GCC unroll 4
  for (int i = 0; i < registers; ++i) now[i] = begin_unit(unit, i);
  for (Index k = at.fan_out - 1; k > 0; --k, A += at.stride) {
    const T w = unit[1 + inputs];
    unit += inputs + 2;
    decltype(begin(sums[0])) next[registers];
#pragma GCC unroll 4
    for (int i = 0; i < registers; ++i) next[i] = begin_unit(unit, i);
#pragma GCC unroll 4
    for (int i = 0; i < registers; ++i) end_unit(now[i], w, i);
#pragma GCC unroll 4
    for (int i = 0; i < registers; ++i) now[i] = next[i];
  }
#pragma GCC unroll 4
  for (int i = 0; i < registers; ++i) end_unit(now[i], unit[1 + inputs], i);
#pragma GCC unroll 4
  for (int i = 0; i < registers; ++i) store(out + s + i * kWidth<T>, sums[i]);
}

template <class T, int inputs, class Begin, class End>
INLINE void hidden_forward_inputs(const HiddenLayer<T>& at, const T* packed, T* out, Begin begin, End end) {
  if constexpr (inputs > 0) {
    if (at.fan_in != inputs) return hidden_forward_inputs<T, inputs - 1>(at, packed, out, begin, end);
    constexpr int some = kForwardRegisters;
    Index s = 0;
    for (; s + some * kWidth<T> <= at.stride; s += some * kWidth<T>)
      hidden_forward_block<T, inputs, some>(at, packed, s, out, begin, end);
    for (; s < at.stride; s += kWidth<T>) hidden_forward_block<T, inputs, 1>(at, packed, s, out, begin, end);
  }
}

// A and the output's values; `packed` has room for fan_in + 2 numbers a unit.
template <class T>
void hidden_forward(Activation activation, const HiddenLayer<T>& at, T* packed, T* out) {
  using C = Constants<T>;
  const bool is_tanh = activation == Activation::tanh;
  const bool bounded = pack_units<T>(at, is_tanh ? 2 * C::log2e : T(1), C::most_scaled, packed);
  const auto sweep = [&](auto begin, auto end) {
    hidden_forward_inputs<T, kFewInputs>(at, packed, out, begin, end);
  };
  const auto same = [](auto z) { return z; };
  const auto end_of_tanh = [](auto half) { return end_tanh<T>(half); };
  switch (activation) {
    case Activation::tanh:
      if (bounded) return sweep([](auto y) { return begin_tanh<T>(y); }, end_of_tanh);
      return sweep([](auto y) { return begin_tanh<T>(clamp_scaled<T>(y)); }, end_of_tanh);
    case Activation::logistic: return sweep(same, [](auto z) { return logistic<T>(z); });
    case Activation::relu: return sweep(same, [](auto z) { return largest(broadcast(T(0)), z); });
    case Activation::identity: return sweep(same, same);
    default: __builtin_unreachable();  // has_few_inputs
  }
}

// ---- gradient ----

// `units` hidden units side by side: their accumulators, inputs + 2 each, fit the registers.
#if defined(__AVX512F__)
constexpr int units_at_once(int inputs) { return inputs <= 2 ? 4 : 3; }
#else
constexpr int units_at_once(int) { return 1; }
#endif

template <class T>
struct HiddenGradient {
  const T* D;
  T *dw, *dW, *db;
};

template <class T, int inputs, int units, class Times>
INLINE void hidden_gradient_block(const HiddenLayer<T>& at, const HiddenGradient<T>& out, Index unit,
                                  Times times) {
  Lanes<T> top[units], bias[units], low[inputs][units];
#pragma GCC unroll 4
  for (int u = 0; u < units; ++u) {
    top[u] = bias[u] = broadcast_lanes<T>(0);
#pragma GCC unroll 4
    for (int j = 0; j < inputs; ++j) low[j][u] = broadcast_lanes<T>(0);
  }
  const auto plus = [](auto p, auto q) { return p + q; };
  for (Index s = 0; s < at.stride; s += kLaneCount<T>) {
    const Lanes<T> d = load_lanes(out.D + s);
    Lanes<T> x[inputs];
#pragma GCC unroll 4
    for (int j = 0; j < inputs; ++j) x[j] = load_lanes(at.X + j * at.stride + s);
#pragma GCC unroll 4
    for (int u = 0; u < units; ++u) {
      const Lanes<T> a = load_lanes(at.A + (unit + u) * at.stride + s);
      const Lanes<T> e = each(times, a, d);
      // a d is a part of most derivatives, and an addition costs less than a multiplication here.
      top[u] = each([](auto sum, auto p, auto q) { return sum + p * q; }, top[u], a, d);
      bias[u] = each(plus, bias[u], e);
#pragma GCC unroll 4
      for (int j = 0; j < inputs; ++j) low[j][u] = fma(x[j], e, low[j][u]);
    }
  }
#pragma GCC unroll 4
  for (int u = 0; u < units; ++u) {
    const Index k = unit + u;
    out.dw[k] += sum(top[u]);
    out.db[k] += at.w[k] * sum(bias[u]);
#pragma GCC unroll 4
    for (int j = 0; j < inputs; ++j) out.dW[j * at.fan_out + k] += at.w[k] * sum(low[j][u]);
  }
}

template <class T, int inputs, int units, class Times>
INLINE void hidden_gradient_units(const HiddenLayer<T>& at, const HiddenGradient<T>& out, Index unit,
                                  Times times) {
  for (; unit + units <= at.fan_out; unit += units)
    hidden_gradient_block<T, inputs, units>(at, out, unit, times);
  if constexpr (units > 1)
    if (unit < at.fan_out) hidden_gradient_units<T, inputs, units - 1>(at, out, unit, times);
}

// `times(a, d)` is d f'(z), from a = f(z).
template <class T, int inputs, class Times>
INLINE void hidden_gradient_inputs(const HiddenLayer<T>& at, const HiddenGradient<T>& out, Times times) {
  if constexpr (inputs > 0) {
    if (at.fan_in == inputs)
      hidden_gradient_units<T, inputs, units_at_once(inputs)>(at, out, 0, times);
    else
      hidden_gradient_inputs<T, inputs - 1>(at, out, times);
  }
}

template <class T>
void hidden_gradient(Activation activation, const HiddenLayer<T>& at, const HiddenGradient<T>& out) {
  with_classic_derivative<T>(activation,
                             [&](auto times) { hidden_gradient_inputs<T, kFewInputs>(at, out, times); });
}

}  // namespace moonlet::MOONLET_LEVEL
