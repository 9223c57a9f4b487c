// What each instruction-set level offers to the rest of the engine: a table of functions.
//
// The level is chosen once, when the library is loaded: the best that the processor has, or
// the one that the environment variable MOONLET_LEVEL names.
#pragma once

#include "network.h"

namespace moonlet {

struct GradientSums {
  double squared_norm;     // of the whole gradient
  double squared_weights;  // of the penalised parameters
  double largest;          // absolute component of the gradient
  double weights_size;     // of the penalised parameters the sum of |w|
};

// Those whose error the tests measure, beside every activation's.
enum class Function { exp, exp_nonpositive, expm1_nonpositive, tanh, logistic, log, log1p };

template <class T>
struct Kernels {
  // Sum of the weighted losses of a tile. Adds the sum of their gradients to `gradient` unless null.
  double (*tile_loss)(const Network&, const T* parameters, const Tile<T>&, T* workspace, T* gradient);
  // The same in three steps, for a tile with `inputs_apart`: the two parts of the first layer's sums over
  // its inputs, begin to end; tile_loss, which leaves the inputs' weights out of `gradient`; and what the
  // tile adds to the gradient of those weights, begin to end. The workspace is the tile's in all three.
  void (*first_layer)(const Network&, const T* parameters, const Tile<T>&, Index part, Index begin, Index end,
                      T* workspace);
  void (*first_layer_gradient)(const Network&, const Tile<T>&, Index begin, Index end, T* workspace,
                               T* gradient);
  // Of a tile whose inputs are sparse, tile_loss leaves the first layer's weights out of `gradient`, and its
  // deltas where the tile says. This sets the gradient of the weights from `begin` to `end`, which come
  // first of all parameters, for all samples together.
  void (*sparse_gradient)(const Network&, const SparseColumns<T>&, const SampleCuts&, const T* deltas,
                          Index begin, Index end, T* gradient);
  // f'(Z) of a hidden layer, from the workspace that tile_loss left, without dropout.
  void (*slopes)(const Network&, Index layer, Index stride, const T* workspace, T* out);
  // The network's predictions, n_outputs rows.
  void (*tile_outputs)(const Network&, const T* parameters, const Tile<T>&, T* workspace, T* outputs);
  // g = scale g + decay (penalised * p), where `penalised` is 1 for weights and 0 for biases.
  GradientSums (*finish_gradient)(Index n, const T* p, const T* penalised, T scale, T decay, T* g);
  // The gradient with cost (penalised |p|) added, g being that of the rest, into `out` unless null. At 0,
  // where a whole range of slopes fits, the one nearest to 0. Leaves squared_weights out.
  GradientSums (*least_gradient)(Index n, const T* p, const T* penalised, T cost, const T* g, T* out);
  double (*dot)(Index n, const T* x, const T* y);
  void (*add_scaled)(Index n, T factor, const T* x, T* y);                   // y += factor x
  void (*moved)(Index n, const T* from, T step, const T* direction, T* to);  // to = from + step direction
  // Of a symmetric n x n matrix: y = A x, and A = scale A + x y' + y x'.
  void (*times)(Index n, const T* A, const T* x, T* y);
  void (*scale_and_add)(Index n, T scale, const T* x, const T* y, T* A);
  // out[c * stride + i] = rows[i][c] for i < count and 0 for count <= i < some; c < width.
  void (*transpose_rows)(const T* const* rows, Index count, Index some, Index width, Index stride, T* out);
  // The updates of solvers/stochastic.h.
  void (*momentum_step)(Index n, const T* g, T* velocity, T* p, T momentum, T rate, bool nesterov);
  void (*adam_step)(Index n, const T* g, T* mean, T* square, T* p, T beta_1, T beta_2, T epsilon, T rate);
  // Weights nearer to 0 by `threshold`, or by threshold / (sqrt(square) + epsilon), and not beyond it.
  void (*soften)(Index n, const T* penalised, T threshold, const T* square, T epsilon, T* p);
  // momentum_step with weights softened.
  void (*softened_step)(Index n, const T* g, const T* penalised, T* velocity, T* p, T momentum, T rate,
                        T threshold, bool nesterov);
  // Element by element; not in the page.
  void (*apply)(Function, Index n, const T* x, T* y);
  void (*activate)(Activation, Index n, const T* z, T* values, T* slopes);
};

struct Level {
  const char* name;
  bool (*runs_here)();
  const Kernels<double>& kernels64;
#if !defined(__wasm__)  // the lab is 64 bit, and its page is to be small
  const Kernels<float>& kernels32;
#endif
};

const Level& level();          // the one in use
const Level* const* levels();  // those compiled in, best first; ends with null
extern const char* const compiler;

template <class T>
const Kernels<T>& kernels();
template <>
inline const Kernels<double>& kernels<double>() {
  return level().kernels64;
}
#if !defined(__wasm__)
template <>
inline const Kernels<float>& kernels<float>() {
  return level().kernels32;
}
#endif

}  // namespace moonlet
