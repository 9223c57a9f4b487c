// The tutor's roundings, against decimal arithmetic done by hand and by Python.
#include <limits>

#include "check.h"
#include "tutor/curves.h"
#include "tutor/rounding.h"

using namespace moonlet;

namespace {

void one_digit_is_the_nearest() {
  const double cases[][2] = {{0.0437, 0.04}, {0.35, 0.3},     {0.25, 0.2},    {0.15, 0.1},
                             {2.5, 2},       {3.5, 4},        {0.95, 0.9},    {9.5, 1e1},
                             {0.095, 0.1},   {1e-5, 1e-5},    {2.5e-7, 2e-7}, {45, 4e1},
                             {1e22, 1e22},   {9.99e-4, 1e-3}, {1, 1},         {0.0035, 0.004}};
  for (const auto& [number, wanted] : cases) CHECK(tutor::one_digit(number) == wanted);
  // Where powers of ten are no longer exact, to some ulp.
  CHECK(std::fabs(tutor::one_digit(3.2e-100) / 3e-100 - 1) < 1e-14);
  CHECK(tutor::one_digit(std::numeric_limits<double>::min()) > 0);
}

void rounded_up_is_no_less() {
  CHECK(tutor::rounded_up(1) == 1);
  CHECK(tutor::rounded_up(740) == 800);
  CHECK(tutor::rounded_up(1000) == 1000);
  CHECK(tutor::rounded_up(1000.1) == 2000);
  CHECK(tutor::rounded_up(9.5) == 10);
}

void a_curve_is_straight_between_where_it_was_looked_at() {
  const std::vector<double> passes{3, 5, 6}, values{1, 3, 0};
  CHECK((tutor::between(passes, values, 7) == std::vector<double>{1, 1, 1, 2, 3, 0, 0}));
}

}  // namespace

int main() {
  one_digit_is_the_nearest();
  rounded_up_is_no_less();
  a_curve_is_straight_between_where_it_was_looked_at();
}
