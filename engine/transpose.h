// Rows into columns, four by four (or two by two) in registers. A whole line of the result is
// written before the next is begun, and the rows to come are fetched ahead: they may lie anywhere.
#pragma once

#include "lanes.h"
#include "network.h"

namespace moonlet::MOONLET_LEVEL {

template <class T>
struct Quarter {  // 16 bytes at every level
  typedef T type __attribute__((vector_size(16)));
};

template <class Row>
INLINE void transpose_block(Row row, Index i, Index c, Index stride, float* out) {
  using V = Quarter<float>::type;
  V a, b, d, e;
  std::memcpy(&a, row(i) + c, 16);
  std::memcpy(&b, row(i + 1) + c, 16);
  std::memcpy(&d, row(i + 2) + c, 16);
  std::memcpy(&e, row(i + 3) + c, 16);
  const V ab_low = __builtin_shufflevector(a, b, 0, 4, 1, 5),
          ab_high = __builtin_shufflevector(a, b, 2, 6, 3, 7);
  const V de_low = __builtin_shufflevector(d, e, 0, 4, 1, 5),
          de_high = __builtin_shufflevector(d, e, 2, 6, 3, 7);
  const V columns[4] = {__builtin_shufflevector(ab_low, de_low, 0, 1, 4, 5),
                        __builtin_shufflevector(ab_low, de_low, 2, 3, 6, 7),
                        __builtin_shufflevector(ab_high, de_high, 0, 1, 4, 5),
                        __builtin_shufflevector(ab_high, de_high, 2, 3, 6, 7)};
  for (Index k = 0; k < 4; ++k) std::memcpy(out + (c + k) * stride + i, &columns[k], 16);
}

template <class Row>
INLINE void transpose_block(Row row, Index i, Index c, Index stride, double* out) {
  using V = Quarter<double>::type;
  V a, b;
  std::memcpy(&a, row(i) + c, 16);
  std::memcpy(&b, row(i + 1) + c, 16);
  const V first = __builtin_shufflevector(a, b, 0, 2), second = __builtin_shufflevector(a, b, 1, 3);
  std::memcpy(out + c * stride + i, &first, 16);
  std::memcpy(out + (c + 1) * stride + i, &second, 16);
}

// out[c * stride + i] = row(i)[c] for i < count and 0 for count <= i < some; c < width.
template <class T, class Row>
INLINE void transpose(Row row, Index count, Index some, Index width, Index stride, T* out) {
  constexpr Index block = 16 / Index(sizeof(T)), line = 64 / Index(sizeof(T));
  const Index whole_columns = width / block * block;
  const auto rows = [&](Index begin, Index end) {
    for (Index c = 0; c < whole_columns; c += block)
      for (Index i = begin; i < end; i += block) {
        if (i + line + block <= count)
          for (Index k = 0; k < block; ++k) __builtin_prefetch(row(i + line + k) + c);
        transpose_block(row, i, c, stride, out);
      }
    for (Index c = whole_columns; c < width; ++c)
      for (Index i = begin; i < end; ++i) out[c * stride + i] = row(i)[c];
  };
  Index i = 0;
  for (; i + line <= count; i += line) rows(i, i + line);
  const Index end = count / block * block;
  rows(i, end);
  for (Index c = 0; c < width; ++c)
    for (i = end; i < some; ++i) out[c * stride + i] = i < count ? row(i)[c] : T(0);
}

}  // namespace moonlet::MOONLET_LEVEL
