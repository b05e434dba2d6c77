"""Spark: the pages of a data frame. Needs pyspark, on the workers too, and pyarrow."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pyarrow as pa
from pyspark.sql import DataFrame
from pyspark.sql.pandas.types import from_arrow_schema
from pyspark.sql.types import StructType

from boilerkit.integrations.arrow import ExtractBatch


def extract(frame: DataFrame, *args: Any, **options: Any) -> DataFrame:
    """Return a data frame with the content of its pages, through `DataFrame.mapInArrow`.

    Takes the arguments of `boilerkit.integrations.arrow.ExtractBatch`, and raises what it raises.
    """
    extract_batch = ExtractBatch(*args, **options)
    page = extract_batch.page_column(frame.columns)

    def extract_batches(batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        return map(extract_batch, batches)

    new = from_arrow_schema(pa.schema(extract_batch.new_fields)).fields
    return frame.mapInArrow(extract_batches, StructType([its for its in frame.schema if its.name != page] + new))
