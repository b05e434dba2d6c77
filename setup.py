"""Builds the compiled parts; all else about the project stands in pyproject.toml."""

import lxml
import numpy
from Cython.Build import cythonize
from setuptools import Extension, setup

modules = {
    "boilerkit.segment._walk": lxml.get_include(),  # the headers of libxml2's structs; nothing is linked
    "boilerkit.model._trees": [numpy.get_include()],
}

setup(
    ext_modules=cythonize(
        [
            Extension(name, [name.replace(".", "/") + ".pyx"], include_dirs=include_dirs)
            for name, include_dirs in modules.items()
        ],
        compiler_directives={"language_level": "3"},
    )
)
