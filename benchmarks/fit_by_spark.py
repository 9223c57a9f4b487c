"""The peer of is_a_fit_over_workers_faster_than_spark.py, which calls it.

Runs in an environment of its own, with pyspark and Java: it is told the folder of Parquet files,
how many iterations, which block size and which start, and writes JSON.

    python benchmarks/fit_by_spark.py FOLDER 8 4096 0
"""

from __future__ import annotations

import json
import os
import sys
import time
from pathlib import Path


def java_seconds(process: int) -> float:
    """Processor seconds of the process that does Spark's work."""
    fields = Path(f"/proc/{process}/stat").read_text(encoding="utf-8").rpartition(") ")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def main() -> None:
    from pyspark.ml.classification import MultilayerPerceptronClassifier
    from pyspark.ml.evaluation import MulticlassClassificationEvaluator
    from pyspark.ml.feature import VectorAssembler
    from pyspark.sql import SparkSession

    folder, (iterations, block_size, start) = sys.argv[1], map(int, sys.argv[2:])
    spark = (
        SparkSession.builder.master("local[2]")
        .config("spark.driver.memory", "8g")
        .config("spark.ui.enabled", "false")
        .getOrCreate()
    )
    spark.sparkContext.setLogLevel("ERROR")
    before, begun = java_seconds(spark.sparkContext._gateway.proc.pid), time.perf_counter()
    table = spark.read.parquet(folder)
    names = [name for name in table.columns if name.startswith("x")]
    rows = VectorAssembler(inputCols=names, outputCol="features").transform(table)
    rows = rows.selectExpr("features", "cast(y as double) as label")
    network = MultilayerPerceptronClassifier(
        maxIter=iterations, layers=[len(names), 32, 2], blockSize=block_size, seed=start, tol=0.0
    )
    model = network.fit(rows)
    seconds = time.perf_counter() - begun
    processor = java_seconds(spark.sparkContext._gateway.proc.pid) - before
    judge = MulticlassClassificationEvaluator(metricName="logLoss", probabilityCol="probability")
    loss = judge.evaluate(model.transform(rows))
    print(
        json.dumps(
            {
                "block_size": block_size,
                "seconds": seconds,
                "processor_seconds": processor,
                "loss": loss,
            }
        )
    )
    spark.stop()


if __name__ == "__main__":
    main()
