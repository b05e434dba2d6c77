"""Extract the WARC archives that the lines of a file name, with datatrove: datatrove_job.py FOLDER PATHS OUTPUT."""

import sys

from datatrove.executor import LocalPipelineExecutor
from datatrove.pipeline.readers import WarcReader
from datatrove.pipeline.writers import JsonlWriter

from boilerkit.integrations.datatrove import Boilerkit

if __name__ == "__main__":
    folder, paths_file, output = sys.argv[1:]
    with open(paths_file) as lines:
        tasks = sum(1 for _ in lines)
    LocalPipelineExecutor(
        pipeline=[WarcReader(folder, paths_file=paths_file), Boilerkit(), JsonlWriter(output)],
        tasks=tasks,
        workers=2,
        logging_dir=f"{output}/logs",
    ).run()
