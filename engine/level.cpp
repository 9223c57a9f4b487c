// Compiled once for each instruction-set level, with MOONLET_LEVEL naming it.
#include "gradient.h"
#include "kernels.h"
#include "transpose.h"
#include "vectors.h"

namespace moonlet {
namespace MOONLET_LEVEL {

#if !defined(__wasm__)  // for the tests alone
template <class T>
static Register<T> value(Function function, Register<T> x) {
  switch (function) {
    case Function::exp: return exp<T>(x);
    case Function::exp_nonpositive: return exp_nonpositive<T>(x);
    case Function::expm1_nonpositive: return expm1_nonpositive<T>(x);
    case Function::tanh: return tanh<T>(x);
    case Function::logistic: return logistic<T>(x);
    case Function::log: return log<T>(x);
    case Function::log1p: return log1p<T>(x);
  }
  __builtin_unreachable();
}

template <class T>
static void apply(Function function, Index n, const T* x, T* y) {
  for (Index i = 0; i < n; i += kWidth<T>) store(y + i, value<T>(function, load(x + i)));
}

// f(Z) and f'(Z), in the ways of a training.
template <class T>
static void apply_activation(Activation activation, Index n, const T* z, T* values, T* slopes) {
  for (Index i = 0; i < n; ++i) values[i] = z[i];
  activate(activation, n, values, slopes);
  if (keeps_slope(activation)) return;
  for (Index i = 0; i < n; ++i) slopes[i] = 1;
  times_derivative(activation, n, values, slopes);
}
#endif

template <class T>
static void transpose_rows(const T* const* rows, Index count, Index some, Index width, Index stride, T* out) {
  transpose([&](Index i) { return rows[i]; }, count, some, width, stride, out);
}

template <class T>
constexpr Kernels<T> all{
    tile_loss<T>,
    first_layer<T>,
    first_layer_gradient<T>,
    kSparseInputs ? sparse_gradient<T> : nullptr,
    slopes<T>,
    tile_outputs<T>,
    finish_gradient<T>,
    least_gradient<T>,
    dot<T>,
    add_scaled<T>,
    moved<T>,
    times<T>,
    scale_and_add<T>,
    transpose_rows<T>,
    momentum_step<T>,
    adam_step<T>,
    soften<T>,
    softened_step<T>,
#if !defined(__wasm__)
    apply<T>,
    apply_activation<T>,
#endif
};

extern const Kernels<double> kernels64 = all<double>;
#if !defined(__wasm__)
extern const Kernels<float> kernels32 = all<float>;
#endif

}  // namespace MOONLET_LEVEL
}  // namespace moonlet
