"""
What do hidden units do?
========================

Each draws one line. The output layer adds up what they say.
"""

from moonlet import MLPClassifier
from moonlet.data import load
from moonlet.displays import HiddenUnitsDisplay, NetworkDisplay

X, y = load("moons", n_samples=200, noise=0.2, random_state=0)
network = MLPClassifier(
    (3,), activation="tanh", solver="lbfgs", alpha=0.1, max_iter=2_000, random_state=0
).fit(X, y)
HiddenUnitsDisplay.from_estimator(network, X, y)

# %%
# The weights of the same network: orange ones are positive, blue and dashed ones negative.

NetworkDisplay.from_estimator(network)

# %%
# A rectified unit says nothing on one side of its line, and more and more on the other.

rectified = MLPClassifier(
    (4,), activation="relu", solver="lbfgs", alpha=0.1, max_iter=2_000, random_state=3
).fit(X, y)
HiddenUnitsDisplay.from_estimator(rectified, X, y)
