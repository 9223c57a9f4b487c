// Whether threads gain anything by sharing work, seen by trying both ways.
//
// How long it takes one core to see what another has written differs tenfold between machines, and on a
// virtual one from hour to hour. A batch of 200 rows takes two threads 0.6 to 1.2 times as long as one:
// nobody can know beforehand. So of every thousand pieces of work the first few are shared, the next few
// are not, and the others go the way that was faster. Results depend on neither.
#pragma once

#include <algorithm>

namespace moonlet {

class Gain {
 public:
  // Of the next piece.
  bool shares() const { return count_ < kTried || (count_ >= 2 * kTried && pays_); }

  void took(double seconds) {
    const int tried = count_ % kTried - kGettingUsed;
    if (count_ < 2 * kTried && tried >= 0) seconds_[tried] = seconds;
    ++count_;
    if (count_ == kTried) shared_ = median();
    if (count_ == 2 * kTried) pays_ = shared_ * kLeastGain < median();
    // Where a piece is that long, what is handed over is little beside it.
    if (count_ == kPeriod || (count_ == kTried && shared_ > kLong)) count_ = 0;
  }

 private:
  static constexpr int kMeasured = 7, kGettingUsed = 2, kTried = kMeasured + kGettingUsed, kPeriod = 1000;
  static constexpr double kLong = 1e-3;
  static constexpr double kLeastGain = 1.1;  // less is not worth another core

  double median() {
    std::nth_element(seconds_, seconds_ + kMeasured / 2, seconds_ + kMeasured);
    return seconds_[kMeasured / 2];
  }

  int count_ = 0;
  bool pays_ = true;
  double shared_ = 0;
  double seconds_[kMeasured] = {};
};

}  // namespace moonlet
