// Rows of a table into the columns of a tile, four by four (or two by two) in registers.
#pragma once

#include "lanes.h"
#include "network.h"

namespace moonlet::MOONLET_LEVEL {

template <class T>
struct Quarter {  // 16 bytes at every level
  typedef T type __attribute__((vector_size(16)));
};

INLINE void transpose_block(const float* const* rows, Index c, Index stride, float* out) {
  using V = Quarter<float>::type;
  V a, b, d, e;
  std::memcpy(&a, rows[0] + c, 16);
  std::memcpy(&b, rows[1] + c, 16);
  std::memcpy(&d, rows[2] + c, 16);
  std::memcpy(&e, rows[3] + c, 16);
  const V ab_low = __builtin_shufflevector(a, b, 0, 4, 1, 5),
          ab_high = __builtin_shufflevector(a, b, 2, 6, 3, 7);
  const V de_low = __builtin_shufflevector(d, e, 0, 4, 1, 5),
          de_high = __builtin_shufflevector(d, e, 2, 6, 3, 7);
  const V columns[4] = {__builtin_shufflevector(ab_low, de_low, 0, 1, 4, 5),
                        __builtin_shufflevector(ab_low, de_low, 2, 3, 6, 7),
                        __builtin_shufflevector(ab_high, de_high, 0, 1, 4, 5),
                        __builtin_shufflevector(ab_high, de_high, 2, 3, 6, 7)};
  for (Index i = 0; i < 4; ++i) std::memcpy(out + (c + i) * stride, &columns[i], 16);
}

INLINE void transpose_block(const double* const* rows, Index c, Index stride, double* out) {
  using V = Quarter<double>::type;
  V a, b;
  std::memcpy(&a, rows[0] + c, 16);
  std::memcpy(&b, rows[1] + c, 16);
  const V first = __builtin_shufflevector(a, b, 0, 2), second = __builtin_shufflevector(a, b, 1, 3);
  std::memcpy(out + c * stride, &first, 16);
  std::memcpy(out + (c + 1) * stride, &second, 16);
}

template <class T>
void transpose(const T* const* rows, Index count, Index some, Index width, Index stride, T* out) {
  constexpr Index block = 16 / Index(sizeof(T));
  Index i = 0;
  for (; i + block <= count; i += block) {
    Index c = 0;
    for (; c + block <= width; c += block) transpose_block(rows + i, c, stride, out + i);
    for (; c < width; ++c)
      for (Index k = i; k < i + block; ++k) out[c * stride + k] = rows[k][c];
  }
  for (Index c = 0; c < width; ++c)
    for (Index k = i; k < some; ++k) out[c * stride + k] = k < count ? rows[k][c] : T(0);
}

}  // namespace moonlet::MOONLET_LEVEL
