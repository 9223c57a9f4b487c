"""
Does a table need a network?
============================

Chemical measurements of 178 wines from three growers. A capacity study asks how many hidden units
it takes to tell the growers apart, and whether the straight line would do.
"""

from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from moonlet import CapacityStudy
from moonlet.data import load
from moonlet.displays import CapacityDisplay

X, y = load("wine")
study = CapacityStudy(hidden=(0, 1, 2, 3, 10), n_restarts=2, random_state=0)
wine = make_pipeline(StandardScaler(), study).fit(X, y)
CapacityDisplay.from_study(study)

# %%
# In words:

print(study.verdict_)
