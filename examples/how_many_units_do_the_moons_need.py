"""
How many units do the moons need?
=================================

Seven networks, trained as `Denny Britz's tutorial <https://github.com/dennybritz/nn-from-scratch>`_
trains them: all points at every pass, 20,000 passes. Points and straight line first.
"""

from sklearn.linear_model import LogisticRegression

from moonlet import MLPClassifier
from moonlet.data import load
from moonlet.displays import BoundaryGridDisplay

X, y = load("moons", n_samples=200, noise=0.2, random_state=0)
line = LogisticRegression().fit(X, y)

networks = {
    f"{size} hidden unit{'s' * (size > 1)}": MLPClassifier(
        (size,),
        activation="tanh",
        solver="gd",
        output="softmax",
        init="lecun_normal",
        learning_rate_init=2.0,
        alpha=0.01,
        max_iter=20_000,
        tol=0,
        random_state=0,
    ).fit(X, y)
    for size in (1, 2, 3, 4, 5, 20, 50)
}
BoundaryGridDisplay.from_estimators(networks, X, y, straight_line=line, score="accuracy")

# %%
# The accuracies above are of the points trained on, and say nothing about new ones. With fresh
# points the order is another one: hollow marks are points that no network has seen.

X_fresh, y_fresh = load("moons", n_samples=300, noise=0.2, random_state=1)
BoundaryGridDisplay.from_estimators(
    networks, X, y, X_test=X_fresh, y_test=y_fresh, straight_line=line, score="log_loss"
)
