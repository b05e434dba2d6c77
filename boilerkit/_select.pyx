# cython: language_level=3, boundscheck=False, wraparound=False, cdivision=True, initializedcheck=False
"""The loops of `select`: on a page of some hundred blocks the calls of numpy would take longer than the computing."""

import numpy as np

from libc.stdint cimport int32_t, uint8_t


def best_expected_f1(
    const double[::1] p not None, const double[::1] weights not None, const Py_ssize_t[::1] likeliest not None
):
    """The best F1 to expect of any set of the likeliest blocks; -1 where no content is expected.

    `p` [n_blocks] are probabilities, `weights` [n_blocks] the sizes of the blocks, `likeliest` [n_blocks] the blocks by
    falling p.
    """
    cdef Py_ssize_t n = p.shape[0], i, k
    cdef double expected = 0, content = 0, kept = 0, best = -1
    if weights.shape[0] != n or likeliest.shape[0] != n:
        raise ValueError("the blocks' numbers differ in length")
    with nogil:
        for k in range(n):
            i = likeliest[k]
            expected += p[i] * weights[i]
        for k in range(n if expected > 0 else 0):
            i = likeliest[k]
            content += p[i] * weights[i]
            kept += weights[i]
            best = max(best, 2 * content / (kept + expected))
    return best


def choose(
    const double[::1] p not None,
    const int32_t[:] words not None,
    const int32_t[:] text_hashes not None,
    double cut,
    double least,
    int repeated_words,
):
    """Which blocks are over the cut, bool [n_blocks]; of equal ones of `repeated_words` or more words only the first.

    None are where all that is over the cut holds fewer than `least` expected words of content.
    """
    cdef Py_ssize_t n = words.shape[0], i
    cdef double expected = 0
    if p.shape[0] != n or text_hashes.shape[0] != n:
        raise ValueError("there is not one probability for each block")
    result = np.zeros(n, dtype=bool)
    cdef uint8_t[::1] keep = result.view(np.uint8)
    with nogil:
        for i in range(n):
            if p[i] > cut:
                expected += p[i] * words[i]
                keep[i] = True
        if expected < least:
            keep[:] = False
    seen = set()
    for i in range(n):
        if keep[i] and words[i] >= repeated_words:
            if text_hashes[i] in seen:
                keep[i] = False
            seen.add(text_hashes[i])
    return result
