// One of the engine's functions by its name, element by element: an elementary one, an activation, or an
// activation's slope as "gelu_slope".
#pragma once

#include "buffer.h"
#include "elementary.h"
#include "names.h"

namespace moonlet {

template <class T>
void apply_function(std::string_view name, Index n, const T* x, T* y) {
  if (name == "sin" || name == "cos") {
    for (Index i = 0; i < n; ++i) y[i] = T(name == "sin" ? sine(double(x[i])) : cosine(double(x[i])));
    return;
  }
  constexpr std::string_view slope = "_slope";
  const bool is_slope = name.ends_with(slope);
  const std::string_view plain = is_slope ? name.substr(0, name.size() - slope.size()) : name;
  Buffer<T> in(padded<T>(n)), out(in.size()), slopes(in.size());
  for (Index i = 0; i < n; ++i) in[i] = x[i];
  if (!is_slope && kFunctions.has(name))
    kernels<T>().apply(kFunctions(name), in.size(), in.data(), out.data());
  else
    kernels<T>().activate(kActivations(plain), in.size(), in.data(), out.data(), slopes.data());
  for (Index i = 0; i < n; ++i) y[i] = is_slope ? slopes[i] : out[i];
}

}  // namespace moonlet
