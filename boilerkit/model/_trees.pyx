# cython: language_level=3, boundscheck=False, wraparound=False, cdivision=True, initializedcheck=False
"""Summing up the trees of a gradient-boosted model over flat arrays."""

from libc.stdint cimport int32_t

import numpy as np


def sum_trees(
    const float[:, ::1] X,
    const int32_t[::1] roots,
    const int32_t[::1] feature,
    const double[::1] threshold,
    const int32_t[::1] left,
    const int32_t[::1] right,
    const double[::1] value,
    Py_ssize_t n_outputs,
):
    """Sums of the leaf values that each row of X falls into, [n_rows, n_outputs]; the trees add to the outputs in turn.

    Trees are rows of the node arrays; `roots` holds the first node of each. A node with a negative `feature` is a leaf
    with `value`; at any other node a row goes left where its feature is at most the threshold, else right. X holds no
    missing values. The caller checks that nodes point to nodes (`model.store` does, on loading).
    """
    cdef Py_ssize_t n = X.shape[0], row, tree, output
    cdef int32_t node
    result = np.zeros((n, n_outputs), dtype=np.float64)
    cdef double[:, ::1] total = result
    with nogil:
        for tree in range(roots.shape[0]):
            output = tree % n_outputs
            for row in range(n):
                node = roots[tree]
                while feature[node] >= 0:
                    node = left[node] if X[row, feature[node]] <= threshold[node] else right[node]
                total[row, output] += value[node]
    return result
