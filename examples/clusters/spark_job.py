"""Extract the WARC archives that the lines of a file name, with Spark: spark_job.py PATHS OUTPUT."""

import sys

from pyspark.sql import SparkSession

from boilerkit.integrations.arrow import ExtractBatch
from boilerkit.integrations.warc import SCHEMA, read_warc

extract_batch = ExtractBatch()


def extract_archives(batches):
    for batch in batches:
        for path in batch.column("value").to_pylist():
            for pages in read_warc(path):
                yield extract_batch(pages)


if __name__ == "__main__":
    from pyspark.sql.pandas.types import from_arrow_schema

    paths_file, output = sys.argv[1:]
    spark = SparkSession.builder.appName("boilerkit").getOrCreate()
    paths = spark.read.text(paths_file)
    schema = from_arrow_schema(extract_batch.output_schema(SCHEMA))
    texts = paths.repartition(paths.count(), "value").mapInArrow(extract_archives, schema)
    texts.write.parquet(output)
