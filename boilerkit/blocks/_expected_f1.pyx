# cython: language_level=3, boundscheck=False, wraparound=False, cdivision=True, initializedcheck=False
"""The best F1 to expect of a page."""


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
