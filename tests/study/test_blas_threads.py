"""A study's small matrices are not shared out among BLAS's threads."""

from __future__ import annotations

from typing import Any

from threadpoolctl import threadpool_info

from moonlet import CapacityStudy


def blas_threads() -> list[int]:
    return [pool["num_threads"] for pool in threadpool_info() if pool["user_api"] == "blas"]


def test_blas_keeps_to_one_thread_during_a_study_only(moons: tuple[Any, Any]) -> None:
    before = blas_threads()
    seen: list[int] = []
    study = CapacityStudy(
        hidden=(0, 2),
        alpha=(0.1,),
        n_restarts=1,
        cv=2,
        progress=lambda _: seen.extend(blas_threads()),
    )
    study.fit(*moons)
    assert seen
    assert set(seen) == {1}
    assert blas_threads() == before
