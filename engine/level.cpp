// Compiled once for each instruction-set level, with MOONLET_LEVEL naming it.
#include "gradient.h"
#include "kernels.h"
#include "transpose.h"
#include "vectors.h"

namespace moonlet {
namespace MOONLET_LEVEL {

template <class T>
static void apply(int function, Index n, const T* x, T* y) {
  for (Index i = 0; i < n; i += kWidth<T>) {
    const Register<T> v = load(x + i);
    store(y + i, function == 0   ? exp_nonpositive<T>(v)
                 : function == 1 ? tanh<T>(v)
                 : function == 2 ? logistic<T>(v)
                                 : log1p<T>(v));
  }
}

template <class T>
constexpr Kernels<T> all{
    tile_loss<T>, tile_outputs<T>, finish_gradient<T>, dot<T>,       add_scaled<T>,
    moved<T>,     transpose<T>,    momentum_step<T>,   adam_step<T>, apply<T>,
};

extern const Kernels<double> kernels64 = all<double>;
extern const Kernels<float> kernels32 = all<float>;

}  // namespace MOONLET_LEVEL
}  // namespace moonlet
