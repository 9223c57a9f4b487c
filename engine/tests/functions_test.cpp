// exp, tanh, logistic and log1p of every level against the C library: 64 bit on random points in
// long double, 32 bit on every `stride`-th float there is (stride 1 with the argument --every).
#include <cmath>
#include <cstdint>
#include <cstdio>
#include <cstring>
#include <limits>
#include <random>
#include <vector>

#include "buffer.h"
#include "check.h"
#include "kernels.h"

using namespace moonlet;

namespace {

struct Case {
  const char* name;
  int function;
  long double (*exact)(long double);
  double low, high;
  double bound_in_ulp;
};

long double logistic(long double x) { return 1 / (1 + std::exp(-x)); }
long double exp_exact(long double x) { return std::exp(x); }
long double tanh_exact(long double x) { return std::tanh(x); }
long double log1p_exact(long double x) { return std::log1p(x); }

const Case cases[] = {
    {"exp", 0, exp_exact, -700, 0, 1.5},
    {"exp near 0", 0, exp_exact, -1e-3, 0, 1.5},
    {"tanh", 1, tanh_exact, -21, 21, 3.5},
    {"tanh near 0", 1, tanh_exact, -1e-2, 1e-2, 3.5},
    {"tanh tiny", 1, tanh_exact, -1e-9, 1e-9, 3.5},
    {"logistic", 2, logistic, -700, 700, 3},
    {"logistic middle", 2, logistic, -5, 5, 3},
    {"log1p", 3, log1p_exact, 0, 1, 2},
    {"log1p tiny", 3, log1p_exact, 0, 1e-8, 2},
    {"log1p large", 3, log1p_exact, 0, 1e6, 2},
};

double ulp_of(double x) {
  x = std::fabs(x);
  return std::nextafter(x, std::numeric_limits<double>::infinity()) - x;
}

void check_level(const Level& level) {
  // v2 has no fused multiply-add: twice the bound.
  const double slack = level.name[1] == '2' ? 2 : 1;
  std::mt19937_64 random(1);
  for (const Case& one : cases) {
    const Index n = 200000;
    Buffer<double> x(n), y(n);
    std::uniform_real_distribution<double> uniform(one.low, one.high);
    for (Index i = 0; i < n; ++i) x[i] = uniform(random);
    level.kernels64.apply(one.function, n, x.data(), y.data());
    double worst = 0;
    for (Index i = 0; i < n; ++i) {
      const long double exact = one.exact(x[i]);
      worst = std::fmax(worst, double(std::fabs(y[i] - exact)) / ulp_of(double(exact)));
    }
    std::printf("%s %-16s %.2f ulp\n", level.name, one.name, worst);
    CHECK(worst <= one.bound_in_ulp * slack);
  }
}

struct FloatCase {
  const char* name;
  int function;
  double (*exact)(double);
  bool (*defined)(float);
  double bound_in_ulp;
};

// Below these, exp of the tail underflows: see functions.h.
const FloatCase float_cases[] = {
    {"exp", 0, [](double x) { return std::exp(x); }, [](float x) { return x <= 0 && x >= -87; }, 1.5},
    {"tanh", 1, [](double x) { return std::tanh(x); }, [](float x) { return !std::isnan(x); }, 3.5},
    {"logistic", 2, [](double x) { return 1 / (1 + std::exp(-x)); },
     [](float x) { return x >= -87 && !std::isnan(x); }, 3},
    {"log1p", 3, [](double x) { return std::log1p(x); }, [](float x) { return x >= 0 && x <= 1e37f; }, 2},
};

void check_floats(const Level& level, std::uint64_t stride) {
  const double slack = level.name[1] == '2' ? 2 : 1;
  constexpr Index n = 4096;
  Buffer<float> x(n), y(n);
  for (const FloatCase& one : float_cases) {
    double worst = 0;
    std::uint64_t bits = 0;
    while (bits < (std::uint64_t(1) << 32)) {
      Index filled = 0;
      for (; filled < n && bits < (std::uint64_t(1) << 32); bits += stride) {
        const std::uint32_t pattern = std::uint32_t(bits);
        float value;
        std::memcpy(&value, &pattern, sizeof value);
        if (one.defined(value)) x[filled++] = value;
      }
      for (Index i = filled; i < n; ++i) x[i] = 0;
      level.kernels32.apply(one.function, n, x.data(), y.data());
      for (Index i = 0; i < filled; ++i) {
        const double exact = one.exact(double(x[i]));
        const float size = std::fabs(float(exact));
        const double ulp =
            double(std::nextafter(size, std::numeric_limits<float>::infinity())) - double(size);
        worst = std::fmax(worst, std::fabs(double(y[i]) - exact) / ulp);
        CHECK(!std::isnan(y[i]));
      }
    }
    std::printf("%s float %-10s %.2f ulp\n", level.name, one.name, worst);
    CHECK(worst <= one.bound_in_ulp * slack);
  }
}

void check_edges(const Level& level) {
  const double infinity = std::numeric_limits<double>::infinity(), nan = std::nan("");
  Buffer<double> x(8), y(8);
  const auto at = [&](int function, double value) {
    for (Index i = 0; i < 8; ++i) x[i] = value;
    level.kernels64.apply(function, 8, x.data(), y.data());
    return y[0];
  };
  CHECK(at(0, 0) == 1 && at(0, -infinity) < 1e-300 && std::isnan(at(0, nan)));
  CHECK(at(1, 0) == 0 && at(1, infinity) == 1 && at(1, -infinity) == -1 && at(1, 1e300) == 1 &&
        std::isnan(at(1, nan)));
  CHECK(at(1, 5e-324) == 5e-324 && at(1, 1e-300) == 1e-300);
  CHECK(at(2, 0) == 0.5 && at(2, infinity) == 1 && at(2, -infinity) < 1e-300 && std::isnan(at(2, nan)));
  CHECK(at(3, 0) == 0 && at(3, 1e-300) == 1e-300 && std::isnan(at(3, nan)));
}

}  // namespace

int main(int n_arguments, char** arguments) {
  const bool every = n_arguments > 1 && std::strcmp(arguments[1], "--every") == 0;
  for (const Level* const* at = levels(); *at; ++at) {
    if (!(*at)->runs_here()) continue;
    check_floats(**at, every ? 1 : 10007);
    check_level(**at);
    check_edges(**at);
  }
}
