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

// Sixteen registers of 16 bytes, where arm64 has 32.
#if defined(__aarch64__)
inline constexpr bool kFewRegisters = false;
#else
inline constexpr bool kFewRegisters = kRegisterBytes == 16;
#endif

// As many as stay registers; of the smallest two units in turn share one's inputs and sum.
#if defined(__AVX512F__)
inline constexpr int kForwardRegisters = 3;
#else
inline constexpr int kForwardRegisters = kFewRegisters ? 1 : 2;
#endif

// `begin(z)` is what `end` makes f(z) of. A unit is begun before the one before it is ended: the
// processor looks ahead too little to find by itself that they do not depend on each other. Of the
// smallest registers it sees enough of them, and there are too few to hold two units.
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
  if constexpr (kFewRegisters) {
    static_assert(registers == 1);
    const Index stride = at.stride, n = at.fan_out;
    const auto next_unit = [&] {
      const Register<T> a = end(begin_unit(unit, 0));
      store(A, a);
      // w is loaded last: a register less for what comes before, where there are none to spare.
      sums[0] = fma(broadcast(unit[1 + inputs]), a, sums[0]);
      A += stride;
      unit += inputs + 2;
    };
    Index k = 0;
    for (; k + 2 <= n; k += 2) {
      next_unit();
      next_unit();
    }
    if (k < n) next_unit();
  } else {
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
  }
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
    if constexpr (kLaneCount<T> % (some * kWidth<T>) != 0)
      for (; s < at.stride; s += kWidth<T>)
        hidden_forward_block<T, inputs, 1>(at, packed, s, out, begin, end);
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
      if (bounded) return sweep(BeginTanh<T>(), end_of_tanh);
      return sweep([begin = BeginTanh<T>()](auto y) { return begin(clamp_scaled<T>(y)); }, end_of_tanh);
    case Activation::logistic: return sweep(same, [](auto z) { return logistic<T>(z); });
    case Activation::relu: return sweep(same, [](auto z) { return largest(broadcast(T(0)), z); });
    case Activation::identity: return sweep(same, same);
    default: __builtin_unreachable();  // has_few_inputs
  }
}

// ---- gradient ----

// `units` hidden units side by side, and as much of the lanes in a sweep: their accumulators, inputs + 2
// each, fit the registers.
#if defined(__AVX512F__)
constexpr int units_at_once(int inputs) { return inputs <= 2 ? 4 : 3; }
#else
constexpr int units_at_once(int) { return 1; }
#endif
inline constexpr int kSweptBytes = kFewRegisters ? 32 : kLanesBytes;

template <class T>
struct HiddenGradient {
  const T* D;
  T *dw, *dW, *db;
};

// Of `units` units: sum a d, sum e and, of each input, sum x e.
template <class T, int inputs, int units, int bytes>
struct HiddenSums {
  Lanes<T, bytes> of[inputs + 2][units];
};

// Over all samples, in `bytes` of the lanes, from lane `first` on.
template <class T, int inputs, int units, int bytes, class Times>
INLINE HiddenSums<T, inputs, units, bytes> hidden_sums(const HiddenLayer<T>& at, const T* D, Index unit,
                                                       Index first, Times times) {
  HiddenSums<T, inputs, units, bytes> sums;
#pragma GCC unroll 8
  for (int i = 0; i < inputs + 2; ++i)
#pragma GCC unroll 4
    for (int u = 0; u < units; ++u) sums.of[i][u] = broadcast_lanes<T, bytes>(0);
  for (Index s = first; s < at.stride; s += kLaneCount<T>) {
    const Lanes<T, bytes> d = load_lanes<T, bytes>(D + s);
    Lanes<T, bytes> x[inputs];
#pragma GCC unroll 4
    for (int j = 0; j < inputs; ++j) x[j] = load_lanes<T, bytes>(at.X + j * at.stride + s);
#pragma GCC unroll 4
    for (int u = 0; u < units; ++u) {
      const Lanes<T, bytes> a = load_lanes<T, bytes>(at.A + (unit + u) * at.stride + s);
      const Lanes<T, bytes> e = each(times, a, d);
      // a d is a part of most derivatives, and an addition costs less than a multiplication here.
      sums.of[0][u] = each([](auto sum, auto p, auto q) { return sum + p * q; }, sums.of[0][u], a, d);
      sums.of[1][u] = each([](auto sum, auto p) { return sum + p; }, sums.of[1][u], e);
#pragma GCC unroll 4
      for (int j = 0; j < inputs; ++j)
        sums.of[2 + j][u] =
            each([](auto sum, auto p, auto q) { return fma(p, q, sum); }, sums.of[2 + j][u], x[j], e);
    }
  }
  return sums;
}

template <class T, int inputs, int units, class Times>
INLINE void hidden_gradient_block(const HiddenLayer<T>& at, const HiddenGradient<T>& out, Index unit,
                                  Times times) {
  HiddenSums<T, inputs, units, kLanesBytes> sums;
  if constexpr (kSweptBytes == kLanesBytes) {
    sums = hidden_sums<T, inputs, units, kLanesBytes>(at, out.D, unit, 0, times);
  } else {
    T all[inputs + 2][units][kLaneCount<T>];
    for (Index first = 0; first < kLaneCount<T>; first += kSweptBytes / Index(sizeof(T))) {
      const auto some = hidden_sums<T, inputs, units, kSweptBytes>(at, out.D, unit, first, times);
#pragma GCC unroll 8
      for (int i = 0; i < inputs + 2; ++i)
#pragma GCC unroll 4
        for (int u = 0; u < units; ++u) store_lanes(all[i][u] + first, some.of[i][u]);
    }
#pragma GCC unroll 8
    for (int i = 0; i < inputs + 2; ++i)
#pragma GCC unroll 4
      for (int u = 0; u < units; ++u) sums.of[i][u] = load_lanes(all[i][u]);
  }
#pragma GCC unroll 4
  for (int u = 0; u < units; ++u) {
    const Index k = unit + u;
    out.dw[k] += sum(sums.of[0][u]);
    out.db[k] += at.w[k] * sum(sums.of[1][u]);
#pragma GCC unroll 4
    for (int j = 0; j < inputs; ++j) out.dW[j * at.fan_out + k] += at.w[k] * sum(sums.of[2 + j][u]);
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
