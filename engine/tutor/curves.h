// What is asked of a curve; quantiles as NumPy interpolates them. None of them is empty.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <span>
#include <vector>

namespace moonlet::tutor {

using Curve = std::span<const double>;

inline Curve last(Curve curve, std::size_t n) { return curve.last(std::min(n, curve.size())); }

inline double lowest(Curve curve) { return *std::min_element(curve.begin(), curve.end()); }
inline double highest(Curve curve) { return *std::max_element(curve.begin(), curve.end()); }
inline double swing(Curve curve) { return highest(curve) - lowest(curve); }

inline std::size_t where_lowest(Curve curve) {
  return std::size_t(std::min_element(curve.begin(), curve.end()) - curve.begin());
}
inline std::size_t where_highest(Curve curve) {
  return std::size_t(std::max_element(curve.begin(), curve.end()) - curve.begin());
}

inline double quantile(Curve curve, double share) {
  std::vector<double> values(curve.begin(), curve.end());
  const double at = share * double(values.size() - 1);
  const auto below = std::ptrdiff_t(at);
  std::nth_element(values.begin(), values.begin() + below, values.end());
  const double low = values[std::size_t(below)], part = at - double(below);
  if (part == 0) return low;
  const double high = *std::min_element(values.begin() + below + 1, values.end());
  return part >= 0.5 ? high - (high - low) * (1 - part) : low + (high - low) * part;
}

inline double median(Curve curve) { return quantile(curve, 0.5); }

inline bool all_finite(Curve curve) {
  return std::all_of(curve.begin(), curve.end(), [](double value) { return std::isfinite(value); });
}

// A curve that was looked at now and then, as if it had been straight between; from the first pass on.
inline std::vector<double> between(Curve passes, Curve values, std::int64_t n) {
  std::vector<double> curve;
  std::size_t at = 0;
  for (std::int64_t pass = 1; pass <= n; ++pass) {
    while (at + 1 < passes.size() && passes[at + 1] <= double(pass)) ++at;
    const bool inside = at + 1 < passes.size() && double(pass) >= passes[at];
    const double part = inside ? (double(pass) - passes[at]) / (passes[at + 1] - passes[at]) : 0;
    curve.push_back(inside ? values[at] + part * (values[at + 1] - values[at]) : values[at]);
  }
  return curve;
}

}  // namespace moonlet::tutor
