// What the steps so far tell of the loss's curvature: a matrix H, about the inverse of that of the
// second derivatives, for which  H y = s  where the last step s changed the gradient by y.
#pragma once

#include "../buffer.h"
#include "../kernels.h"
#include "../state.h"

namespace moonlet {

template <class T>
class Curvature {
 public:
  virtual ~Curvature() = default;
  // With nothing remembered H is the identity.
  virtual bool empty() const = 0;
  virtual void forget() = 0;
  // s and y, and their products s . y and y . y, of which the first is above 0.
  virtual void remember(Index n, const T* s, const T* y, double sy, double yy) = 0;
  // direction = -H gradient.
  virtual void downhill(Index n, const T* gradient, T* direction) = 0;
  virtual void fields(State&) = 0;
};

}  // namespace moonlet
