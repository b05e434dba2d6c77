"""Boilerkit in the engines that run over many machines: Ray Data, Spark, datatrove, NeMo Curator, Dolma, datasets.

Each module needs its engine and is imported by nothing else. docs/clusters.md shows jobs.
"""
