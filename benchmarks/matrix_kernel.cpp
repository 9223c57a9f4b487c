// The engine's matrix kernel by itself, one layer of a network, for how_fast_is_the_matrix_kernel.py.
// Compiled once for each level, with the engine's own flags (MOONLET_BENCHMARKS in CMakeLists.txt).
#include "multiply.h"
#include "weight_gradient.h"

using namespace moonlet;
using namespace moonlet::MOONLET_LEVEL;

#define PUBLIC extern "C" __attribute__((visibility("default")))

// From one sample of a row to the next row: whole registers.
PUBLIC long stride_of(long samples) { return padded<float>(samples); }

// Z = Wᵀ X + b: `outputs` rows of samples from `inputs` rows of samples.
PUBLIC void forward(long inputs, long outputs, long samples, const float* W, const float* b, const float* X,
                    float* Z) {
  const Index stride = padded<float>(samples);
  multiply(outputs, Product<float>{stride, inputs, {W, 1, outputs}, {X, stride}, b, {Z, stride, false}},
           [](Index, Index) {});
}

// dW += X Dᵀ; `room` is for as many rows of padded outputs.
PUBLIC void gradient(long inputs, long outputs, long samples, const float* X, const float* D, float* room,
                     float* dW) {
  weight_gradient(inputs, X, deltas_for_gradient(outputs, padded<float>(samples), samples, D, room), dW);
}
