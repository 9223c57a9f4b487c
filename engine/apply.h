// One of the engine's functions by its name, element by element.
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
  const Function function = kFunctions(name);
  Buffer<T> in(padded<T>(n)), out(in.size());
  for (Index i = 0; i < n; ++i) in[i] = x[i];
  kernels<T>().apply(function, in.size(), in.data(), out.data());
  for (Index i = 0; i < n; ++i) y[i] = out[i];
}

}  // namespace moonlet
