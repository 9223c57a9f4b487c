"""
Why does the loss swing?
========================

With three hidden units and the tutorial's rate, descent never converges. The last passes, one by
one, show a cycle of period two; the finding below the curves names the cure.
"""

from moonlet import MLPClassifier
from moonlet.data import load
from moonlet.displays import LossCurveDisplay, TrainingDisplay

X, y = load("moons", n_samples=200, noise=0.2, random_state=0)
network = MLPClassifier(
    (3,),
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
LossCurveDisplay.from_estimator(network)

# %%
# The same as a film: few of the early passes, then the last ones one by one.

TrainingDisplay.from_estimator(network, X, y, n_frames=40)

# %%
# The finding carries its cure as parameters. With half the rate the loss goes on falling, and the
# gradient goes to 0.

cured = MLPClassifier(**{**network.get_params(), **network.diagnosis_[0].change}).fit(X, y)
LossCurveDisplay.from_estimators({"rate 2": network, "cured": cured})
