# cython: language_level=3, boundscheck=False, wraparound=False, cdivision=True, initializedcheck=False
"""The compiled loops of page thresholds and of selection."""

import numpy as np

from libc.stdint cimport int32_t, uint8_t


def best_expected_f1(
    const double[::1] p not None, const double[::1] weights not None, const Py_ssize_t[::1] order not None
):
    """Return the best F1 to expect of any set of the most probable blocks; -1 where no content is expected.

    `p` [n_blocks] are probabilities, `weights` [n_blocks] the sizes of the blocks, `order` [n_blocks] the blocks by
    falling p.
    """
    cdef Py_ssize_t n = p.shape[0], i, k
    cdef double expected = 0, content = 0, kept = 0, best = -1
    if weights.shape[0] != n or order.shape[0] != n:
        raise ValueError("the columns' numbers differ in length")
    with nogil:
        for k in range(n):
            i = order[k]
            expected += p[i] * weights[i]
        for k in range(n if expected > 0 else 0):
            i = order[k]
            content += p[i] * weights[i]
            kept += weights[i]
            best = max(best, 2 * content / (kept + expected))
    return best


def keep_mask(
    const double[::1] p not None,
    const int32_t[:] words not None,
    const int32_t[:] text_hashes not None,
    double threshold,
    double min_expected,
    int repeated_words,
):
    """Return which blocks are over the threshold, bool [n_blocks]; of equal texts of `repeated_words` words, the first.

    None are where those over the threshold have fewer than `min_expected` expected words of content.
    """
    cdef Py_ssize_t n = words.shape[0], i
    cdef double expected = 0
    if p.shape[0] != n or text_hashes.shape[0] != n:
        raise ValueError("there is not one probability for each block")
    result = np.zeros(n, dtype=bool)
    cdef uint8_t[::1] keep = result.view(np.uint8)
    with nogil:
        for i in range(n):
            if p[i] > threshold:
                expected += p[i] * words[i]
                keep[i] = True
        if expected < min_expected:
            keep[:] = False
    seen = set()
    for i in range(n):
        if keep[i] and words[i] >= repeated_words:
            if text_hashes[i] in seen:
                keep[i] = False
            seen.add(text_hashes[i])
    return result
