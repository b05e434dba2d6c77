"""Extract the WARC archives that the lines of a file name, with Ray Data: ray_job.py PATHS OUTPUT."""

import sys

import pyarrow as pa
import ray

from boilerkit.integrations.arrow import ExtractBatch
from boilerkit.integrations.warc import read_warc

extract_batch = ExtractBatch()


def extract_archives(paths):
    for path in paths.column("text").to_pylist():
        for pages in read_warc(path):
            yield pa.Table.from_batches([extract_batch(pages)])


if __name__ == "__main__":
    paths_file, output = sys.argv[1:]
    with open(paths_file) as lines:
        paths = ray.data.from_items([{"text": line.strip()} for line in lines])
    texts = paths.repartition(paths.count()).map_batches(extract_archives, batch_format="pyarrow", batch_size=1)
    texts.write_parquet(output)
