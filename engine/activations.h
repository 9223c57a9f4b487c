// The activation functions f and their derivatives, on registers and over rows.
//
// Error bounds in both precisions, tested as those of functions.h are:
//   elu             3.5 ulp
//   softplus        3 ulp
//   silu            4 ulp
//   gelu            3 ulp of its argument: a value of -1e-30 has an error of 1e-30 times 2 |u|
//   mish            4.5 ulp
//   f' of the three 3 ulp of 1
// leaky_relu is rounded once.
//
// gelu is the tanh form of Hendrycks & Gimpel (2016), "Gaussian error linear units", section 2,
// written as z logistic(2 u) for the sake of its small values:
//
//   z/2 (1 + tanh u) = z logistic(2 u)      2 u = z (a + b z^2)     a = sqrt(8/pi), b = 0.044715 a
//
// It costs one exp; the other form would need an erf of its own, here and in NumPy.
//
// mish is z tanh(log(1 + e^z)), Misra (2019), "Mish: a self regularized non-monotonic activation
// function". Its tanh of a logarithm is a fraction of e^z: with e^z = x/y,
//
//   p = tanh log(1 + x/y) = x (x + 2 y) / D      dp/dz = 4 x y^2 (x + y) / D^2      D = x^2 + 2 x y + 2 y^2
//
// one exp and one division again, and nothing is subtracted, so that small values keep their digits.
#pragma once

#include "functions.h"
#include "network.h"

namespace moonlet::MOONLET_LEVEL {

inline constexpr double kLeak = 0.01;

template <class T>
INLINE Register<T> leaky_relu(Register<T> z) {
  return z > T(0) ? z : T(kLeak) * z;
}

template <class T>
INLINE Register<T> elu(Register<T> z) {
  return z > T(0) ? z : expm1_nonpositive<T>(smallest(broadcast(T(0)), z));
}

template <class T>
INLINE Register<T> softplus(Register<T> z) {
  return largest(broadcast(T(0)), z) + log1p<T>(exp_nonpositive<T>(-absolute<T>(z)));
}

template <class T>
struct WithSlope {
  Register<T> value, slope;
};

// z p and its slope p + z p (1 - p) dg, where p = logistic(g) and dg is the slope of g. `inside`
// is z cut to where exp is told from 0: beyond, (1 - p) times anything has to vanish.
template <class T>
INLINE WithSlope<T> gated(Register<T> z, Register<T> inside, Register<T> g, Register<T> dg) {
  const Power<T> e = bounded_power<T>(g);
  const Register<T> total = e.raised() + e.below(), p = e.raised() / total;
  const Register<T> rest = e.below() / total;  // 1 - p, all its digits
  return {largest(broadcast(Constants<T>::lowest_exp), z) * p, p * fma(inside * rest, dg, broadcast(T(1)))};
}

template <class T>
INLINE Register<T> cut(Register<T> z) {
  constexpr T most = Constants<T>::lowest_exp;
  return largest(broadcast(most), smallest(broadcast(-most), z));
}

template <class T>
INLINE WithSlope<T> silu(Register<T> z) {
  const Register<T> inside = cut<T>(z);
  return gated<T>(z, inside, inside, broadcast(T(1)));
}

template <class T>
INLINE WithSlope<T> gelu(Register<T> z) {
  constexpr T a = T(1.5957691216057307), b = T(0.07135481627260025);
  const Register<T> inside = cut<T>(z), square = inside * inside;
  const Register<T> g = inside * fma(broadcast(b), square, broadcast(a));
  const Register<T> dg = fma(broadcast(3 * b), square, broadcast(a));
  return gated<T>(z, inside, g, dg);
}

// x and y are e^-|z| and 1 in the order that makes e^z of them: neither overflows.
template <class T>
INLINE WithSlope<T> mish(Register<T> z) {
  const Power<T> tail = power_of_tail<T>(z);
  const Register<T> small = tail.raised(), large = tail.below();
  const Register<T> x = z < T(0) ? small : large, y = z < T(0) ? large : small;
  const Register<T> over = x * fma(broadcast(T(2)), y, x);
  const Register<T> share = T(1) / fma(y + y, y, over), p = over * share;
  const Register<T> rise = T(4) * (x * share) * (y * share) * (y * (x + y));
  return {largest(broadcast(Constants<T>::lowest_exp), z) * p, fma(cut<T>(z), rise, p)};
}

// f(Z) in place, and f'(Z) into `slopes` where the activation keeps it. n is a multiple of the lanes.
template <class T>
INLINE void activate(Activation activation, Index n, T* z, T* slopes) {
  const auto over = [&](auto f) {
    for (Index i = 0; i < n; i += kLaneCount<T>) store_lanes(z + i, each(f, load_lanes(z + i)));
  };
  const auto keeping_slopes = [&](auto f) {
    for (Index i = 0; i < n; i += kWidth<T>) {
      const WithSlope<T> at = f(load(z + i));
      store(z + i, at.value);
      store(slopes + i, at.slope);
    }
  };
  switch (activation) {
    case Activation::identity: return;
    case Activation::logistic: return over([](auto x) { return logistic<T>(x); });
    case Activation::tanh: return over([](auto x) { return tanh<T>(x); });
    case Activation::relu: return over([](auto x) { return largest(broadcast(T(0)), x); });
    case Activation::leaky_relu: return over([](auto x) { return leaky_relu<T>(x); });
    case Activation::elu: return over([](auto x) { return elu<T>(x); });
    case Activation::softplus: return over([](auto x) { return softplus<T>(x); });
    case Activation::silu: return keeping_slopes([](auto x) { return silu<T>(x); });
    case Activation::gelu: return keeping_slopes([](auto x) { return gelu<T>(x); });
    case Activation::mish: return keeping_slopes([](auto x) { return mish<T>(x); });
  }
}

// Those that few_inputs.h sweeps over: every other one would double the code of a level.
constexpr bool is_classic(Activation activation) { return activation <= Activation::relu; }

template <class T, class Over>
INLINE void with_classic_derivative(Activation activation, Over over) {
  switch (activation) {
    case Activation::identity: return over([](auto, auto d) { return d; });
    case Activation::logistic: return over([](auto a, auto d) { return less_product(a * d, a, a * d); });
    case Activation::tanh: return over([](auto a, auto d) { return less_product(a * d, a, d); });
    case Activation::relu: return over([](auto a, auto d) { return a > T(0) ? d : Register<T>{}; });
    default: __builtin_unreachable();  // `activation` is classic
  }
}

// Calls over(f), where f(a, d) = d f'(Z): f' is computed from a = f(Z), or is a where it was kept.
template <class T, class Over>
INLINE void with_derivative(Activation activation, Over over) {
  switch (activation) {
    case Activation::identity:
    case Activation::logistic:
    case Activation::tanh:
    case Activation::relu: return with_classic_derivative<T>(activation, over);
    case Activation::leaky_relu: return over([](auto a, auto d) { return a > T(0) ? d : T(kLeak) * d; });
    case Activation::elu: return over([](auto a, auto d) { return a > T(0) ? d : fma(a, d, d); });
    case Activation::softplus: return over([](auto a, auto d) { return -expm1_nonpositive<T>(-a) * d; });
    case Activation::silu:
    case Activation::gelu:
    case Activation::mish: return over([](auto slope, auto d) { return slope * d; });
  }
}

// D ∘ f'(Z) in place.
template <class T>
INLINE void times_derivative(Activation activation, Index n, const T* a, T* d) {
  with_derivative<T>(activation, [&](auto f) {
    for (Index i = 0; i < n; i += kWidth<T>) store(d + i, f(load(a + i), load(d + i)));
  });
}

}  // namespace moonlet::MOONLET_LEVEL
