// The functions of every level against the C library: 64 bit on random points in long double,
// 32 bit on every 10,007th float there is; or, with the argument --every, on every float, and with
// names of functions after it of these functions. Fewer where the processor is emulated.
#include <algorithm>
#include <cmath>
#include <cstdint>
#include <cstdio>
#include <cstring>
#include <limits>
#include <random>
#include <thread>
#include <vector>

#include "buffer.h"
#include "check.h"
#include "emulated.h"
#include "kernels.h"

using namespace moonlet;

namespace {

// What an error is measured in: the distance to the next number from the value, or from the
// argument, or from 1.
enum class Unit { value, argument, one };

// An elementary function; or an activation, or its slope.
struct Subject {
  Subject(Function elementary) : function(elementary) {}
  Subject(Activation of, bool its_slope = false)
      : is_elementary(false), activation(of), is_slope(its_slope) {}

  template <class T>
  void run(const Kernels<T>& kernels, Index n, const T* x, T* y) const {
    if (is_elementary) return kernels.apply(function, n, x, y);
    static thread_local Buffer<T> other;
    if (other.size() < n) other = Buffer<T>(n);
    kernels.activate(activation, n, x, is_slope ? other.data() : y, is_slope ? y : other.data());
  }

  bool is_elementary = true;
  Function function{};
  Activation activation{};
  bool is_slope = false;
};

Subject slope_of(Activation activation) { return {activation, true}; }

struct Case {
  const char* name;
  Subject subject;
  long double (*exact)(long double);
  double low, high;
  double bound;
  Unit unit = Unit::value;
};

template <class F>
F logistic(F x) {
  return 1 / (1 + std::exp(-x));
}
template <class F>
F elu(F x) {
  return x > 0 ? x : std::expm1(x);
}
template <class F>
F softplus(F x) {
  return std::fmax(x, F(0)) + std::log1p(std::exp(-std::fabs(x)));
}
template <class F>
F silu(F x) {
  return x * logistic(x);
}
template <class F>
F silu_slope(F x) {
  return logistic(x) * (1 + x * logistic(-x));
}
template <class F>
F twice_u(F x) {
  return std::sqrt(8 / std::acos(F(-1))) * (x + F(0.044715L) * x * x * x);
}
template <class F>
F gelu(F x) {
  return x * logistic(twice_u(x));
}
template <class F>
F gelu_slope(F x) {
  const F slope = std::sqrt(8 / std::acos(F(-1))) * (1 + 3 * F(0.044715L) * x * x);
  return logistic(twice_u(x)) * (1 + x * logistic(-twice_u(x)) * slope);
}
template <class F>
F mish(F x) {
  return x * std::tanh(softplus(x));
}
template <class F>
F mish_slope(F x) {
  const F p = std::tanh(softplus(x));
  return p + x * (1 - p * p) * logistic(x);
}
long double exp_exact(long double x) { return std::exp(x); }
long double expm1_exact(long double x) { return std::expm1(x); }
long double tanh_exact(long double x) { return std::tanh(x); }
long double log_exact(long double x) { return std::log(x); }
long double log1p_exact(long double x) { return std::log1p(x); }

const Case cases[] = {
    {"exp_nonpositive", Function::exp_nonpositive, exp_exact, -700, 0, 2},
    {"exp_nonpositive near 0", Function::exp_nonpositive, exp_exact, -1e-3, 0, 2},
    {"exp", Function::exp, exp_exact, -707, 709.78, 2},
    {"exp middle", Function::exp, exp_exact, -3, 3, 2},
    {"expm1_nonpositive", Function::expm1_nonpositive, expm1_exact, -40, 0, 3.5},
    {"expm1_nonpositive middle", Function::expm1_nonpositive, expm1_exact, -2, 0, 3.5},
    {"expm1_nonpositive near 0", Function::expm1_nonpositive, expm1_exact, -1e-6, 0, 3.5},
    {"tanh", Function::tanh, tanh_exact, -21, 21, 6.5},
    {"tanh near 0", Function::tanh, tanh_exact, -1e-2, 1e-2, 6.5},
    {"tanh tiny", Function::tanh, tanh_exact, -1e-9, 1e-9, 6.5},
    {"logistic", Function::logistic, logistic, -700, 700, 3},
    {"logistic middle", Function::logistic, logistic, -5, 5, 3},
    {"log", Function::log, log_exact, 0, 3, 1.5},
    {"log near 1", Function::log, log_exact, 0.999, 1.001, 1.5},
    {"log large", Function::log, log_exact, 0, 1e300, 1.5},
    {"log1p", Function::log1p, log1p_exact, 0, 1, 2},
    {"log1p tiny", Function::log1p, log1p_exact, 0, 1e-8, 2},
    {"log1p large", Function::log1p, log1p_exact, 0, 1e6, 2},
    {"elu", Activation::elu, elu, -40, 40, 3.5},
    {"elu near 0", Activation::elu, elu, -1e-3, 1e-3, 3.5},
    {"softplus", Activation::softplus, softplus, -700, 700, 3},
    {"softplus middle", Activation::softplus, softplus, -5, 5, 3},
    {"silu", Activation::silu, silu, -700, 700, 4},
    {"silu middle", Activation::silu, silu, -5, 5, 4},
    {"silu slope", slope_of(Activation::silu), silu_slope, -700, 700, 3, Unit::one},
    {"silu slope middle", slope_of(Activation::silu), silu_slope, -5, 5, 3, Unit::one},
    {"gelu", Activation::gelu, gelu, -40, 40, 3, Unit::argument},
    {"gelu middle", Activation::gelu, gelu, -2, 2, 3, Unit::argument},
    {"gelu slope", slope_of(Activation::gelu), gelu_slope, -40, 40, 3, Unit::one},
    {"gelu slope middle", slope_of(Activation::gelu), gelu_slope, -2, 2, 3, Unit::one},
    {"mish", Activation::mish, mish, -700, 700, 4.5},
    {"mish middle", Activation::mish, mish, -5, 5, 4.5},
    {"mish slope", slope_of(Activation::mish), mish_slope, -700, 700, 3, Unit::one},
    {"mish slope middle", slope_of(Activation::mish), mish_slope, -5, 5, 3, Unit::one},
};

template <class T>
double ulp_of(T x) {
  x = std::fabs(x);
  return double(std::nextafter(x, std::numeric_limits<T>::infinity())) - double(x);
}

template <class T>
double unit_of(Unit unit, T argument, T value) {
  return ulp_of(unit == Unit::value ? value : unit == Unit::argument ? argument : T(1));
}

// v1 has no fused multiply-add: twice the bound.
double slack(const Level& level) { return std::strcmp(level.name, "v1") == 0 ? 2 : 1; }

void check_level(const Level& level) {
  std::mt19937_64 random(1);
  for (const Case& one : cases) {
    const Index n = fewer<Index>(200000);
    Buffer<double> x(n), y(n);
    std::uniform_real_distribution<double> uniform(one.low, one.high);
    for (Index i = 0; i < n; ++i) x[i] = uniform(random);
    one.subject.run(level.kernels64, n, x.data(), y.data());
    double worst = 0;
    for (Index i = 0; i < n; ++i) {
      const long double exact = one.exact(x[i]);
      worst = std::fmax(worst, double(std::fabs(y[i] - exact)) / unit_of(one.unit, x[i], double(exact)));
    }
    std::printf("%s %-24s %.2f\n", level.name, one.name, worst);
    CHECK(worst <= one.bound * slack(level));
  }
}

struct FloatCase {
  const char* name;
  Subject subject;
  double (*exact)(double);
  float low, high;
  double bound;
  Unit unit = Unit::value;
};

// Below -87 exp, or that of the tail, underflows: see functions.h.
constexpr float most = std::numeric_limits<float>::max(), least = std::numeric_limits<float>::min();
const FloatCase float_cases[] = {
    {"exp_nonpositive", Function::exp_nonpositive, std::exp, -87, 0, 2},
    {"exp", Function::exp, std::exp, -86, 88.72f, 2},
    {"expm1_nonpositive", Function::expm1_nonpositive, std::expm1, -most, 0, 3.5},
    {"tanh", Function::tanh, std::tanh, -most, most, 6.5},
    {"logistic", Function::logistic, logistic, -87, most, 3},
    {"log", Function::log, std::log, least, most, 1.5},
    {"log1p", Function::log1p, std::log1p, 0, 1e37f, 2},
    {"elu", Activation::elu, elu, -most, most, 3.5},
    {"softplus", Activation::softplus, softplus, -87, most, 3},
    {"silu", Activation::silu, silu, -87, most, 4},
    {"silu slope", slope_of(Activation::silu), silu_slope, -most, most, 3, Unit::one},
    {"gelu", Activation::gelu, gelu, -87, most, 3, Unit::argument},
    {"gelu slope", slope_of(Activation::gelu), gelu_slope, -most, most, 3, Unit::one},
    {"mish", Activation::mish, mish, -87, most, 4.5},
    {"mish slope", slope_of(Activation::mish), mish_slope, -most, most, 3, Unit::one},
};

// The worst error of each level over every `stride`-th float from `begin` on, before `end`.
std::vector<double> worst_errors(const FloatCase& one, const std::vector<const Level*>& levels,
                                 std::uint64_t begin, std::uint64_t end, std::uint64_t stride) {
  constexpr Index n = 4096;
  Buffer<float> x(n), y(n);
  Buffer<double> exact(n), unit(n);
  std::vector<double> worst(levels.size());
  for (std::uint64_t bits = begin; bits < end;) {
    Index filled = 0;
    for (; filled < n && bits < end; bits += stride) {
      const std::uint32_t pattern = std::uint32_t(bits);
      float value;
      std::memcpy(&value, &pattern, sizeof value);
      if (value >= one.low && value <= one.high) x[filled++] = value;
    }
    for (Index i = filled; i < n; ++i) x[i] = 0;
    for (Index i = 0; i < filled; ++i) {
      exact[i] = one.exact(double(x[i]));
      unit[i] = unit_of(one.unit, x[i], float(exact[i]));
    }
    for (std::size_t l = 0; l < levels.size(); ++l) {
      one.subject.run(levels[l]->kernels32, n, x.data(), y.data());
      for (Index i = 0; i < filled; ++i) {
        worst[l] = std::fmax(worst[l], std::fabs(double(y[i]) - exact[i]) / unit[i]);
        CHECK(!std::isnan(y[i]));
      }
    }
  }
  return worst;
}

// All cores, for with stride 1 a function is a matter of minutes. `only`: this function, or null.
void check_floats(const std::vector<const Level*>& levels, std::uint64_t stride, const char* only) {
  const std::uint64_t parts = std::max(1u, std::thread::hardware_concurrency());
  constexpr std::uint64_t all = std::uint64_t(1) << 32;
  for (const FloatCase& one : float_cases) {
    if (only && std::strcmp(only, one.name) != 0) continue;
    std::vector<std::vector<double>> worst(parts);
    std::vector<std::thread> threads;
    for (std::uint64_t part = 0; part < parts; ++part)
      threads.emplace_back([&, part] {
        const std::uint64_t begin = all / parts * part / stride * stride;
        const std::uint64_t end = part + 1 == parts ? all : all / parts * (part + 1) / stride * stride;
        worst[part] = worst_errors(one, levels, begin, end, stride);
      });
    for (std::thread& thread : threads) thread.join();
    for (std::size_t l = 0; l < levels.size(); ++l) {
      double most = 0;
      for (const auto& of_part : worst) most = std::fmax(most, of_part[l]);
      std::printf("%s float %-18s %.3f\n", levels[l]->name, one.name, most);
      std::fflush(stdout);
      CHECK(most <= one.bound * slack(*levels[l]));
    }
  }
}

template <class T>
void check_edges(const Kernels<T>& kernels) {
  constexpr T infinity = std::numeric_limits<T>::infinity(), nan = std::numeric_limits<T>::quiet_NaN();
  constexpr T huge = std::numeric_limits<T>::max() / 8, tiny = std::numeric_limits<T>::min();
  constexpr T denormal = std::numeric_limits<T>::denorm_min();
  constexpr Index n = 64 / sizeof(T);
  Buffer<T> x(n), y(n);
  const auto at = [&](Subject subject, T value) {
    for (Index i = 0; i < n; ++i) x[i] = value;
    subject.run(kernels, n, x.data(), y.data());
    return y[0];
  };
  using F = Function;
  using A = Activation;
  for (F one : {F::exp, F::exp_nonpositive, F::expm1_nonpositive, F::tanh, F::logistic, F::log1p})
    CHECK(std::isnan(at(one, nan)));
  for (std::size_t i = 0; i < std::size(kActivationFacts); ++i) {
    if (A(i) != A::relu) CHECK(std::isnan(at(A(i), nan)));  // max(0, NaN) is 0
    if (keeps_slope(A(i))) CHECK(std::isnan(at(slope_of(A(i)), nan)));
  }
  for (F one : {F::exp, F::exp_nonpositive}) {
    CHECK(at(one, 0) == 1);
    CHECK(at(one, -infinity) > 0 && at(one, -infinity) < 5 * tiny);
  }
  CHECK(at(F::exp, infinity) == infinity && at(F::exp, huge) == infinity && at(F::exp, -huge) < 5 * tiny);
  CHECK(at(F::expm1_nonpositive, 0) == 0 && at(F::expm1_nonpositive, -infinity) == -1);
  CHECK(at(F::expm1_nonpositive, -denormal) == -denormal);
  CHECK(at(F::tanh, 0) == 0 && at(F::tanh, infinity) == 1 && at(F::tanh, -infinity) == -1);
  CHECK(at(F::tanh, huge) == 1 && at(F::tanh, denormal) == denormal && at(F::tanh, tiny) == tiny);
  CHECK(at(F::logistic, 0) == T(0.5) && at(F::logistic, infinity) == 1 && at(F::logistic, -huge) < 5 * tiny);
  CHECK(at(F::log, 1) == 0 && std::isfinite(at(F::log, 0)) && std::isfinite(at(F::log, denormal)));
  CHECK(at(F::log1p, 0) == 0 && at(F::log1p, tiny) == tiny);
  CHECK(at(A::elu, infinity) == infinity && at(A::elu, -infinity) == -1);
  CHECK(at(A::softplus, infinity) == infinity && at(A::softplus, -infinity) < 5 * tiny);
  // No overflow in what is multiplied by almost 0.
  for (A one : {A::silu, A::gelu, A::mish}) {
    CHECK(at(one, 0) == 0 && at(one, huge) == huge && at(one, infinity) == infinity);
    CHECK(std::fabs(at(one, -huge)) < 2000 * tiny && std::fabs(at(one, -infinity)) < 2000 * tiny);
  }
  for (A one : {A::silu, A::gelu, A::mish}) {
    const Subject slope = slope_of(one);
    CHECK(at(slope, huge) == 1 && at(slope, infinity) == 1);
    CHECK(at(slope, 0) == T(0.5) || (one == A::mish && std::fabs(at(slope, 0) - T(0.6)) < 1e-6));
    CHECK(std::fabs(at(slope, -huge)) < T(1e-20) && std::fabs(at(slope, -infinity)) < T(1e-20));
  }
}

}  // namespace

int main(int n_arguments, char** arguments) {
  const bool every = n_arguments > 1 && std::strcmp(arguments[1], "--every") == 0;
  std::vector<const Level*> here;
  for (const Level* const* at = levels(); *at; ++at)
    if ((*at)->runs_here()) here.push_back(*at);
  if (every) {
    for (int i = 2; i < n_arguments; ++i) check_floats(here, 1, arguments[i]);
    if (n_arguments == 2) check_floats(here, 1, nullptr);
    return 0;
  }
  check_floats(here, emulated() ? 100003 : 10007, nullptr);
  for (const Level* level : here) {
    check_level(*level);
    check_edges(level->kernels64);
    check_edges(level->kernels32);
  }
}
