"""Builds the compiled parts; all else about the project stands in pyproject.toml."""

import lxml
from Cython.Build import cythonize
from setuptools import Extension, setup

modules = [
    Extension("boilerkit.output._layout", ["boilerkit/output/_layout.pyx"]),
    Extension("boilerkit._floods", ["boilerkit/_floods.pyx"]),
    Extension("boilerkit._utf8", ["boilerkit/_utf8.pyx"]),
    Extension("boilerkit._select", ["boilerkit/_select.pyx"]),
    # The headers of libxml2's structs; nothing is linked.
    *(
        Extension(f"boilerkit.segment.{name}", [f"boilerkit/segment/{name}.pyx"], include_dirs=lxml.get_include())
        for name in ("_fit", "_walk")
    ),
    *(Extension(f"boilerkit.segment.{name}", [f"boilerkit/segment/{name}.pyx"]) for name in ("_buffers", "_lean", "_lines")),
    *(
        Extension(f"boilerkit.features.{name}", [f"boilerkit/features/{name}.pyx"])
        for name in ("_survey", "_fixed", "_vocabulary", "_neighbourhood", "_kinds", "_flat")
    ),
    Extension("boilerkit.model._trees", ["boilerkit/model/_trees.pyx"]),
]

setup(ext_modules=cythonize(modules))
