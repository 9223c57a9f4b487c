// Compiled once for each instruction-set level, with MOONLET_LEVEL naming it.
#include "gradient.h"
#include "kernels.h"
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

extern const Kernels<double> kernels64{
    tile_loss<double>,  tile_outputs<double>, finish_gradient<double>, dot<double>,
    add_scaled<double>, moved<double>,        apply<double>,
};

}  // namespace MOONLET_LEVEL
}  // namespace moonlet
