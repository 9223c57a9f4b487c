"""moonlet's speed as ratios to its peers, measured in one run: `make bench`.

A script is named by its question and holds its cases; each runs alone
(`python -m benchmarks.how_fast_is_the_tutorial_sweep`), and `python -m benchmarks`
runs them all. What a case is: `contest`. How it is measured: `turns` and `worker`.
What comes out: `results`, told by `table`, `picture` and `page`.
"""
